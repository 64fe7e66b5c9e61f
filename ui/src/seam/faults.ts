// Tells the shell what goes wrong in the pages, for its log: an error that nobody caught, what the policy of the window refused,
// and complaints on the console. Never throws, and falls silent after the first ones: a page that fails in a circle says
// nothing new.
import { commands } from "./index";

let left = 20;

function report(message: string): void {
  if (left === 0) return;
  left -= 1;
  // There is nobody else to tell.
  commands.reportFault(message).catch(() => undefined);
}

function words(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return `${thrown.name}: ${thrown.message}\n${thrown.stack ?? ""}`;
}

window.addEventListener(
  "error",
  (event: Event) => {
    if (event instanceof ErrorEvent) report(`error: ${event.message} ${words(event.error)}`);
    // What could not be loaded has no words of its own.
    else report(`could not load: ${event.target instanceof HTMLElement ? event.target.outerHTML : "something"}`);
  },
  true,
);

window.addEventListener("unhandledrejection", (event) => {
  report(`nobody caught: ${words(event.reason)}`);
});

document.addEventListener("securitypolicyviolation", (event) => {
  const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
  report(`refused by the policy: ${effectiveDirective} ${blockedURI} at ${sourceFile}:${String(lineNumber)}`);
});

/* eslint-disable no-console -- what others write there */
const written = console.error.bind(console);
console.error = (...said: unknown[]) => {
  written(...said);
  report(`console: ${said.map(words).join(" ")}`);
};
