import type { GoldenParts } from "../golden-parts.js";
import type { Prepared } from "../prepared.js";
import { type FuzzOrder, type FuzzResult, fuzzFlow } from "./fuzz-flow.js";

/** What fuzzes a collection besides the collection. */
export interface Fuzzing {
  readonly parts: GoldenParts;
  readonly order: FuzzOrder;
  /** Told of each flow when it is done. */
  readonly onResult?: (result: FuzzResult) => void;
}

/** Fuzzes every flow of a collection that starts on something whose shape is known, one after the other. */
export async function fuzzCollection(prepared: Prepared, { onResult, ...fuzzing }: Fuzzing): Promise<FuzzResult[]> {
  const results: FuzzResult[] = [];
  for (const flow of prepared.subject.flows) {
    const result = await fuzzFlow(flow, prepared, fuzzing);
    if (result === null) continue;
    onResult?.(result);
    results.push(result);
  }
  return results;
}
