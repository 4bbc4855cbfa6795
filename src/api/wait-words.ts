import type { RunWait } from "../core/run.js";

/** Says in plain words what a run rests for. */
export function describeWait(wait: RunWait): string {
  switch (wait.kind) {
    case "retry":
      return "the next attempt of a call";
    case "connection":
      return `the connection ${wait.connection}: ${wait.reason}`;
    case "quiet-hours":
      return `the end of quiet hours in ${wait.timeZone}, at ${wait.until}`;
    case "daily-cap":
      return `the next day, at ${wait.until}: ${wait.of} may send ${wait.most} a day, and has`;
    case "broadcast":
      return `the broadcast ${wait.broadcast}, which is paused`;
    case "turn":
      return `its turn: ${wait.behind} comes first`;
    case "outcome":
      return `the vendor to say what became of a call (asked ${wait.asked === 1 ? "once" : `${wait.asked} times`})`;
    case "awaited":
      return `what step "${wait.stepId}" awaits, until ${wait.until} at the latest`;
    case "items":
      return `its items: ${wait.next} of ${wait.total} have a run`;
  }
}
