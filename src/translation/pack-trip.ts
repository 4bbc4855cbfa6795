import type { Task, TaskStep } from "./protocol.js";
import type { Scope } from "./translation.js";

/** One step of a trip; templates as JSON texts, so that equal ones are compiled once. */
export interface TripStep extends Omit<TaskStep, "when" | "template"> {
  readonly when: string | null;
  readonly template: string;
}

/** What is to be evaluated, before it is written for one thread. */
export interface Trip {
  readonly id: number;
  readonly mode: Task["mode"];
  readonly steps: readonly TripStep[];
  readonly scope: Scope;
}

/**
 * Writes a trip as the JSON text of a `Task`, with templates by number.
 *
 * @param known Numbers of the templates that the thread has; what it learns by this trip is added.
 */
export function packTrip({ id, mode, steps, scope }: Trip, known: Map<string, number>): string {
  const learn: [number, string][] = [];
  const numberOf = (text: string): number => {
    let number = known.get(text);
    if (number === undefined) {
      number = known.size;
      known.set(text, number);
      learn.push([number, text]);
    }
    return number;
  };
  const numbered: TaskStep[] = steps.map(({ when, template, binds, ends }) => ({
    when: when === null ? null : numberOf(when),
    template: numberOf(template),
    binds,
    ends,
  }));
  const { input, bindings } = scope;
  const same = typeof input === "object" ? Object.keys(bindings).filter((name) => bindings[name] === input) : [];
  const others = same.length === 0 ? bindings : { ...bindings };
  for (const name of same) delete others[name];
  const task: Task = { id, mode, learn, steps: numbered, same, scope: { input, bindings: others } };
  return JSON.stringify(task);
}
