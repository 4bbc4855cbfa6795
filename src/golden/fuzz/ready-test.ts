import { stringify } from "yaml";
import type { FuzzFinding } from "./fuzz-flow.js";

/** Writes a finding as a golden test, which fails until the flow copes with such an input. */
export function toReadyTest({ flow, activate, given, code }: FuzzFinding): string {
  const [own, name] = flow.split("/");
  const [input = {}] = given.slice(-1);
  const noun = input.reply !== undefined ? "reply" : input.webhook !== undefined ? "delivery" : "record";
  return stringify(
    {
      title: `${name} copes with a ${noun} on which it failed with ${code}`,
      activate: activate.map((one) => (one.startsWith(`${own}/`) ? one.slice(one.indexOf("/") + 1) : one)),
      given: [...given],
      expect: { messages: "any", runs: [{ flow: name, status: "succeeded" }] },
    },
    { lineWidth: 0 },
  );
}
