import type { ErrorCode } from "../../core/error-catalogue.js";
import type { JsonObject, JsonSchema } from "../../core/json.js";
import type { World } from "../world.js";
import { type Derivation, deriveRecord } from "./derive-record.js";

/** Which members an input lacks; others are there. */
export interface Variant {
  readonly seed: number;
  readonly strange: boolean;
  /** Tells it of a JSON pointer. */
  readonly absent: (path: string) => boolean;
}

/** What one input came to. */
export interface Trial {
  readonly document: JsonObject;
  /** Steps of a golden test that give it. */
  readonly given: readonly JsonObject[];
  readonly started: boolean;
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
  /** Texts that were sent. */
  readonly bodies: readonly string[];
}

/** Gives inputs to one flow. */
export interface Trier {
  /** Gives it one of this shape; null when there is none that is valid. */
  attempt(variant: Variant): Promise<Trial | null>;
  /** Optional members of the full input, as JSON pointers. */
  readonly optional: readonly string[];
  /** Flows that have to be on for it besides the one that is tried. */
  readonly alongside: readonly string[];
}

/** Refusals that are about the record, not about the flow: an operator reads them and corrects it. */
const explained: readonly ErrorCode[] = ["PHONE_INVALID", "EMAIL_INVALID", "TRANSLATOR_REFUSED"];

const LATEST = 20;

/** Watches what becomes of a flow: gives of each attempt what came of it since the one before. */
export function watchFlow(
  flow: string,
  { store }: World,
): () => Promise<Pick<Trial, "started" | "failure" | "bodies">> {
  const seen = new Set<string>();
  return async () => {
    const { items } = await store.runs.list({ flow }, { limit: LATEST });
    const runs = items.filter(({ id }) => !seen.has(id));
    const bodies: string[] = [];
    for (const { id } of runs) {
      seen.add(id);
      const { items: messages } = await store.messages.list({ runId: id }, { limit: LATEST });
      bodies.push(...messages.map(({ body }) => body));
    }
    const failed = runs.find(({ status }) => status === "failed")?.failure ?? null;
    const failure = failed === null || explained.includes(failed.code) ? null : failed;
    return { started: runs.length > 0, failure, bodies };
  };
}

/** Derives documents from a schema. */
export interface Deriving {
  readonly optional: readonly string[];
  derive(variant: Variant): JsonObject;
}

export function derivingFrom(schema: JsonSchema, { catalog }: World): Deriving {
  const schemaOf = (other: string): JsonSchema | null => catalog.dataType(other)?.schema ?? null;
  const optional: string[] = [];
  const all: Derivation = { seed: 0, schemaOf, strange: false, keep: (path) => optional.push(path) > 0 };
  deriveRecord(schema, all);
  return {
    optional,
    derive: ({ seed, strange, absent }) =>
      deriveRecord(schema, { seed, schemaOf, strange, keep: (path) => !absent(path) }),
  };
}
