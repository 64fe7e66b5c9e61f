// The words for times, under the name that pages know.
export { ago, clock, date, exact } from "./time";
