// What nobody expected in the pages: an error that nobody caught, a complaint on the console, or something that the policy of the
// window refused. The shell notes it; the pages go on.
import { commands } from "../seam";

function report(what: string, message: string): void {
  // Whatever becomes of it: a report that fails is not reported.
  void commands.reportFault(`${what}: ${message}`).catch(() => undefined);
}

function words(thrown: unknown): string {
  // The stack of WebKit does not say what went wrong.
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}\n${thrown.stack ?? ""}` : String(thrown);
}

/** Reports from now on. */
export function watchFaults(): void {
  window.addEventListener("error", (event) => {
    report("error", event.error === null || event.error === undefined ? event.message : words(event.error));
  });
  window.addEventListener("unhandledrejection", (event) => {
    report("rejection", words(event.reason));
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    report("policy", `${event.effectiveDirective} refused ${event.blockedURI} (${event.sourceFile})`);
  });
  /* eslint-disable no-console -- what the libraries complain of is written there */
  const write = console.error.bind(console);
  console.error = (...said: unknown[]) => {
    write(...said);
    report("console", said.map(words).join(" "));
  };
}
