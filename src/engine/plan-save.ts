import { createHash } from "node:crypto";
import type { DataType } from "../core/data-type.js";
import { indexedValues, keyOf } from "../core/data-type.js";
import { effectKey } from "../core/effect.js";
import { describeProblems, PatchbayError, type Problem } from "../core/errors.js";
import type { SaveStep } from "../core/flow.js";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../core/json.js";
import type { RecordVerdict } from "../core/record.js";
import type { Run } from "../core/run.js";
import { shardOf } from "../core/shard.js";
import type { Draft } from "./draft.js";
import type { RunPlanning } from "./planning.js";

/** A document that fits its data type, with its natural key. */
export interface CheckedRecord {
  readonly dataType: DataType;
  readonly key: string;
  readonly document: JsonObject;
}

/**
 * Checks a document against its data type and gives it with its key; a missing key is made up where the data type
 * says so.
 *
 * @throws DATA_TYPE_UNKNOWN, RECORD_INVALID (details.problems)
 */
export function checkRecord(
  { name, document, newKey }: { name: string; document: JsonObject; newKey: () => string },
  { catalog }: Pick<RunPlanning, "catalog">,
): CheckedRecord {
  const dataType = catalog.dataType(name);
  if (dataType === null) {
    const known = catalog.dataTypes().map((type) => type.name);
    const list = known.length === 0 ? "no collection is installed" : `installed are ${known.join(", ")}`;
    throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name}: ${list}`);
  }
  const complete = withKey(dataType, document, newKey);
  const problems = dataType.validate(complete);
  const key = keyOf(dataType, complete);
  if (key === null && problems.length === 0) problems.push(...keyProblems(dataType));
  if (problems.length > 0 || key === null) {
    throw new PatchbayError("RECORD_INVALID", `The ${name} is not valid: ${describeProblems(problems)}`, { problems });
  }
  return { dataType, key, document: complete };
}

function keyProblems({ name, key }: DataType): Problem[] {
  if (key.length === 0)
    return [{ path: "", message: `${name} has no key (x-key): it is only a part of other data types` }];
  return key.map((field) => ({ path: `/${field}`, message: "is the record's key and must not be empty" }));
}

function withKey(dataType: DataType, document: JsonObject, newKey: () => string): JsonObject {
  const [field] = dataType.key;
  if (!dataType.keyAuto || field === undefined || (document[field] ?? "") !== "") return document;
  return { ...document, [field]: newKey() };
}

/** The key a step makes up is the same whenever the same event is dealt with again: a replay finds its record. */
function madeUpKey(run: Run, stepId: string): string {
  return `rec_${createHash("sha256").update(effectKey(run, stepId)).digest("hex").slice(0, 26)}`;
}

/** Saves a record from a `save` step: created, updated, or nothing when it is as it was. */
export async function planSave(
  draft: Draft,
  { step, document, run }: { step: SaveStep; document: Json | undefined; run: Run },
  planning: RunPlanning,
): Promise<{ verdict: RecordVerdict | "outdated"; key: string; document: JsonObject }> {
  if (!isJsonObject(document)) {
    throw new PatchbayError(
      "RECORD_INVALID",
      `The step ${step.id} saves ${step.dataType}, but its \`with\` gave no object`,
    );
  }
  const newKey = (): string => madeUpKey(run, step.id);
  const checked = checkRecord({ name: step.dataType, document, newKey }, planning);
  const { key } = checked;
  const current = await currentVersion(draft, { dataType: step.dataType, key }, planning);
  if (current.document !== null && canonicalJson(current.document) === canonicalJson(checked.document)) {
    return { verdict: "unchanged", key, document: checked.document };
  }
  if (step.onlyNewer !== undefined && !isNewer(checked, current.document, step.onlyNewer)) {
    return { verdict: "outdated", key, document: current.document ?? checked.document };
  }
  await planning.planRecord(
    draft,
    {
      dataType: step.dataType,
      key,
      shard: shardOf(step.dataType, key),
      indexed: indexedValues(checked.dataType, checked.document),
      previous: current.document,
      document: checked.document,
      version: current.version + 1,
      deleted: false,
      causedBy: run,
      startFlows: mayStartFlows(step.emitEvents, current.document === null),
    },
    planning,
  );
  return { verdict: current.document === null ? "created" : "updated", key, document: checked.document };
}

/** Whether a saved record may start flows. */
export function mayStartFlows(emitEvents: SaveStep["emitEvents"], isNew: boolean): boolean {
  return emitEvents === "updated" ? !isNew : emitEvents;
}

/**
 * Whether a document may take the place of the one that is stored: what arrives late must not undo what came after it. Equal
 * is new enough, because senders count in seconds.
 *
 * @throws RECORD_INVALID when it does not say how new it is
 */
function isNewer({ document, dataType }: CheckedRecord, stored: JsonObject | null, field: string): boolean {
  const own = ageOf(document[field]);
  if (own === null) {
    const problems = [{ path: `/${field}`, message: "must be an instant or a number: only what is newer is saved" }];
    const message = `The ${dataType.name} does not say how new it is: ${describeProblems(problems)}`;
    throw new PatchbayError("RECORD_INVALID", message, { problems });
  }
  const known = ageOf(stored?.[field]);
  return known === null || own >= known;
}

/** An instant in milliseconds, or a number as it is; null for anything else. */
function ageOf(value: Json | undefined): number | null {
  if (typeof value === "number") return value;
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

async function currentVersion(
  draft: Draft,
  { dataType, key }: { dataType: string; key: string },
  { parts }: RunPlanning,
): Promise<{ version: number; document: JsonObject | null }> {
  const saved = draft.saved.get(`${dataType}/${key}`);
  if (saved) return saved;
  const stored = await parts.store.records.get(dataType, key);
  if (stored) return { version: stored.version, document: stored.document };
  return { version: await parts.store.records.version(dataType, key), document: null };
}
