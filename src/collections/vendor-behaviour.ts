import type { GivenStep, VendorBehaviour } from "./golden-test.js";
import type { GivenStepFile } from "./golden-test-file.js";

/** What goes wrong goes wrong once, what becomes of messages holds for all, when nothing else is said. */
const once: readonly VendorBehaviour["kind"][] = ["refuses", "busy", "fails", "silent"];

/** Gives the step that says how a vendor behaves, with what its file leaves out. */
export function toVendorStep(step: GivenStepFile, qualify: (name: string) => string): GivenStep {
  const behaviour = toBehaviour(step);
  const { connection, to = null, body = null } = step;
  return {
    kind: "vendor",
    behaviour,
    match: { connection: connection === undefined ? null : qualify(connection), to, body },
    times: step.times ?? (once.includes(behaviour.kind) ? 1 : null),
  };
}

function toBehaviour({
  vendor = "delivers",
  retryAfter,
  sent,
  status,
  response,
  ...step
}: GivenStepFile): VendorBehaviour {
  const error = step.error === undefined ? null : String(step.error);
  switch (vendor) {
    case "refuses":
      return { kind: vendor, error };
    case "busy":
      return { kind: vendor, retryAfterSeconds: retryAfter ?? 1 };
    case "fails":
    case "silent":
      return { kind: vendor, sent: sent ?? false };
    case "delivers":
      return { kind: vendor, status: (status ?? "delivered") as "delivered", error }; // the grammar has just checked it
    case "holds":
      return { kind: vendor };
    case "answers":
      return { kind: vendor, response: response ?? {} };
  }
}
