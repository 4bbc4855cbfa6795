import { stringify } from "yaml";
import type { FuzzFinding } from "./fuzz-flow.js";

/** Writes a finding as a golden test, which fails until the flow copes with such a record. */
export function toReadyTest({ flow, dataType, document, code }: FuzzFinding): string {
  const [, name] = flow.split("/");
  return stringify(
    {
      title: `${name} copes with a record on which it failed with ${code}`,
      activate: [name],
      given: [{ push: dataType, record: document }],
      expect: { messages: "any", runs: [{ flow: name, status: "succeeded" }] },
    },
    { lineWidth: 0 },
  );
}
