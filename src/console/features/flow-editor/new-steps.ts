import type { JsonObject } from "../../../core/json.js";
import type { StepKind } from "../../writing/draft-flow.js";
import { type Blocks, toWritten } from "./editing.js";

/** Something that can be put into a flow. */
export interface NewStep {
  /** What it is found by, and listed as. */
  readonly title: string;
  readonly about: string;
  readonly group: "steps" | "endpoints" | "translators";
  /** What its id is made of. */
  readonly stem: string;
  readonly value: JsonObject;
}

const plain: Readonly<Record<Exclude<StepKind, "call" | "translate">, JsonObject>> = {
  notify: { notify: '=$record.id & " needs a look"', level: "notice" },
  stop: { when: "false", stop: "Nothing to do here", level: "info" },
  choose: { choose: [{ when: "true", steps: [] }], else: [] },
  each: { each: "=$record.items", steps: [{ id: "inside", notify: "=$string($item)", level: "info" }] },
  wait: { wait: { for: "1h" } },
  save: { save: "", with: {} },
  start: { start: "", with: "=$record" },
};

/** Lists what can be put into a flow: kinds of steps, everything that can be called, every translator. */
export function newSteps(blocks: Blocks, flow: string, titles: (kind: string) => string): readonly NewStep[] {
  const kinds = Object.entries(plain).map(
    ([kind, value]): NewStep => ({ title: titles(kind), about: kind, group: "steps", stem: kind, value: { ...value } }),
  );
  const calls = blocks.endpoints.map(({ connection, vendor, endpoint }): NewStep => {
    const required = Array.isArray(endpoint.payload.required) ? endpoint.payload.required : [];
    const payload = Object.fromEntries(required.map((name) => [String(name), ""]));
    const value = { call: endpoint.name, connection: toWritten(connection, flow), with: payload };
    return {
      title: `${vendor}: ${endpoint.title}`,
      about: `${endpoint.name}, ${connection}`,
      group: "endpoints",
      stem: "send",
      value,
    };
  });
  const translators = blocks.translators.map(
    ({ name, title }): NewStep => ({
      ...{ title, about: name, group: "translators", stem: "made" },
      value: { translate: toWritten(name, flow) },
    }),
  );
  return [...kinds, ...calls, ...translators];
}

/** Gives those that have all words. */
export function findSteps(all: readonly NewStep[], search: string): readonly NewStep[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ title, about }) => words.every((word) => `${title} ${about}`.toLowerCase().includes(word)));
}
