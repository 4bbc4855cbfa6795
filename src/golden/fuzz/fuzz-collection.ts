import type { GoldenParts } from "../golden-parts.js";
import type { Prepared } from "../prepared.js";
import { type FuzzOrder, type FuzzResult, fuzzFlow, type RecordFlow } from "./fuzz-flow.js";

/** What fuzzes a collection besides the collection. */
export interface Fuzzing {
  readonly parts: GoldenParts;
  readonly order: FuzzOrder;
  /** Told of each flow when it is done. */
  readonly onResult?: (result: FuzzResult) => void;
}

/** Fuzzes every flow of a collection that starts on records, one after the other. */
export async function fuzzCollection(prepared: Prepared, { onResult, ...fuzzing }: Fuzzing): Promise<FuzzResult[]> {
  const results: FuzzResult[] = [];
  for (const flow of prepared.subject.flows) {
    if (flow.on.kind !== "record" || flow.on.events.every((event) => event === "deleted")) continue;
    const result = await fuzzFlow({ ...flow, on: flow.on } satisfies RecordFlow, prepared, fuzzing);
    onResult?.(result);
    results.push(result);
  }
  return results;
}
