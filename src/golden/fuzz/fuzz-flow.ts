import type { GivenStep } from "../../collections/golden-test.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import type { FlowDefinition, RecordTrigger } from "../../core/flow.js";
import { type Json, type JsonObject, mergePatch } from "../../core/json.js";
import type { GoldenParts } from "../golden-parts.js";
import { play } from "../play.js";
import type { Prepared } from "../prepared.js";
import { settle } from "../time.js";
import { openWorld, type World } from "../world.js";
import { type Derivation, deriveRecord } from "./derive-record.js";
import { randomOf, seedAt } from "./random.js";
import { wishesOf } from "./wishes.js";

/** A flow that starts on records. */
export type RecordFlow = FlowDefinition & { readonly on: RecordTrigger };

/** What a fuzz is asked for. */
export interface FuzzOrder {
  /** Records besides those that lack one optional member each. */
  readonly runs: number;
  readonly seed: number;
}

/** A record that a flow fails on, for a reason that it does not give. */
export interface FuzzFinding {
  readonly flow: string;
  readonly dataType: string;
  /** The smallest record that was found. */
  readonly document: JsonObject;
  readonly code: ErrorCode;
  readonly message: string;
}

/** A text in which something is missing when an optional member is. */
export interface FuzzGap {
  readonly flow: string;
  /** JSON pointer of the member. */
  readonly path: string;
  readonly body: string;
}

/** What fuzzing one flow came to. */
export interface FuzzResult {
  readonly flow: string;
  /** Records that were pushed, and those of them that the flow started on. */
  readonly pushed: number;
  readonly started: number;
  /** Derived, and not valid after all. */
  readonly skipped: number;
  /** Codes of refusals that strange values had, and how many: an operator reads which value it was. */
  readonly refused: Readonly<Record<string, number>>;
  readonly findings: readonly FuzzFinding[];
  readonly gaps: readonly FuzzGap[];
}

const BEGIN = new Date("2026-01-05T18:00:00Z");

/** Refusals that are about the record, not about the flow: an operator reads them and corrects it. */
const explained: readonly ErrorCode[] = ["PHONE_INVALID", "TRANSLATOR_REFUSED"];

/** Which members a record lacks; others are there. */
interface Variant {
  readonly seed: number;
  readonly strange: boolean;
  readonly absent: (path: string) => boolean;
}

interface Trial {
  readonly document: JsonObject;
  readonly started: boolean;
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
  readonly bodies: readonly string[];
}

/** Pushes records of all shapes at one flow, in a world of its own. */
export async function fuzzFlow(
  flow: RecordFlow,
  prepared: Prepared,
  { parts, order }: { readonly parts: GoldenParts; readonly order: FuzzOrder },
): Promise<FuzzResult> {
  // What its golden tests are given, such as parameters and templates, it needs here too.
  const [like, ...others] = prepared.tests.filter(({ activate }) => activate.includes(flow.name));
  const { parameters = {}, parametersOf = {}, now = BEGIN } = like ?? {};
  const world = await openWorld({ parameters, parametersOf, now, activate: [flow.name] }, prepared, parts);
  try {
    for (const { given } of like === undefined ? [] : [like, ...others]) await addTemplates(given, world);
    return await fuzz(createTrier(flow, world), { flow, order });
  } finally {
    await world.close();
  }
}

/** Of several with one name the first that may be sent. */
async function addTemplates(given: readonly GivenStep[], world: World): Promise<void> {
  for (const step of given) {
    if (step.kind !== "template" || step.status !== "approved") continue;
    if (!world.simulator.templates().some(({ friendlyName }) => friendlyName === step.name)) await play(step, world);
  }
}

interface Trier {
  /** Pushes a record of this shape; null when it is not valid. */
  attempt(variant: Variant): Promise<Trial | null>;
  /** Optional members of the full record, as JSON pointers. */
  readonly optional: readonly string[];
}

async function fuzz(
  trier: Trier,
  { flow, order }: { readonly flow: RecordFlow; readonly order: FuzzOrder },
): Promise<FuzzResult> {
  const { seed } = order;
  const full = { seed, strange: false, absent: () => false };
  const whole = await trier.attempt(full);
  const findings = new Map<string, FuzzFinding>();
  const gaps: FuzzGap[] = [];
  const refused: Record<string, number> = {};
  const count = { pushed: 0, started: 0, skipped: 0 };
  const note = async (variant: Variant, trial: Trial | null): Promise<void> => {
    if (trial === null) return void count.skipped++;
    count.pushed += 1;
    if (trial.started) count.started += 1;
    if (trial.failure === null || findings.has(idOf(trial.failure))) return;
    if (await isAboutValues(variant, trial.failure, trier)) {
      refused[trial.failure.code] = (refused[trial.failure.code] ?? 0) + 1;
      return;
    }
    const smallest = await shrink(variant, trial, trier);
    const { code, message } = smallest.failure ?? trial.failure;
    const found = { flow: flow.name, dataType: flow.on.dataType, document: smallest.document, code, message };
    findings.set(idOf(trial.failure), found);
  };
  await note(full, whole);
  for (const path of trier.optional) {
    const variant = { ...full, absent: (other: string) => other === path };
    const trial = await trier.attempt(variant);
    await note(variant, trial);
    const gap = gapOf(path, whole, trial);
    if (gap !== null) gaps.push({ flow: flow.name, path, body: gap });
  }
  for (let run = 0; run < order.runs; run++) {
    const own = seedAt(seed, `run ${run}`);
    const absent = (path: string): boolean => randomOf(seedAt(own, `there ${path}`))() < 0.5;
    const variant = { seed: own, strange: true, absent };
    await note(variant, await trier.attempt(variant));
  }
  return { flow: flow.name, ...count, refused, findings: [...findings.values()], gaps };
}

/** Two failures are the same when they differ in nothing but the values they name. */
function idOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return `${code} ${message.replaceAll(/"[^"]*"|\d+/g, "…")}`;
}

/**
 * Tells a strange value that is refused with its reason from a shape that a flow does not cope with: with usual values in the same
 * shape it succeeds. A translator that fails is never right.
 */
async function isAboutValues(
  { seed, strange, absent }: Variant,
  { code }: { code: ErrorCode },
  trier: Trier,
): Promise<boolean> {
  if (!strange || code.startsWith("TRANSLATOR_")) return false;
  const usual = await trier.attempt({ seed, strange: false, absent });
  return usual !== null && usual.failure === null;
}

/** Leaves out one member after the other as long as the flow fails for the same reason. */
async function shrink(variant: Variant, trial: Trial, trier: Trier): Promise<Trial> {
  const id = trial.failure === null ? "" : idOf(trial.failure);
  let smallest = trial;
  let gone: readonly string[] = trier.optional.filter(variant.absent);
  let shape: Pick<Variant, "seed" | "strange"> = variant;
  const fails = async (candidate: Variant): Promise<boolean> => {
    const again = await trier.attempt(candidate);
    const same = again?.failure !== null && again !== null && idOf(again.failure) === id;
    if (same) smallest = again;
    return same;
  };
  const plain = { seed: variant.seed, strange: false };
  if (variant.strange && (await fails({ ...plain, absent: (path) => gone.includes(path) }))) shape = plain;
  for (const path of trier.optional) {
    if (gone.some((other) => path === other || path.startsWith(`${other}/`))) continue;
    const fewer = [...gone, path];
    if (await fails({ ...shape, absent: (other) => fewer.includes(other) })) gone = fewer;
  }
  return smallest;
}

/** A text with a hole: it is as the full one, but for what the missing member would have said. */
function gapOf(path: string, whole: Trial | null, trial: Trial | null): string | null {
  if (whole === null || trial === null || trial.failure !== null) return null;
  const value = path
    .split("/")
    .slice(1)
    .reduce(
      (part: Json | undefined, name) =>
        typeof part === "object" && part !== null ? (part as JsonObject)[name] : undefined,
      whole.document,
    );
  if ((typeof value !== "string" && typeof value !== "number") || value === "") return null;
  const [full] = whole.bodies;
  const [body] = trial.bodies;
  const sameKey = (text: string): string => text.replaceAll(/fuzz\d+/g, "fuzz");
  if (full === undefined || body === undefined || !full.includes(String(value))) return null;
  return sameKey(body) === sameKey(full.replace(String(value), "")) ? body : null;
}

function createTrier(flow: RecordFlow, world: World): Trier {
  const { dataType: name } = flow.on;
  const dataType = world.catalog.dataType(name);
  if (dataType === null) throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name}`);
  const schemaOf = (other: string) => world.catalog.dataType(other)?.schema ?? null;
  const wishes = wishesOf(flow.on);
  const optional: string[] = [];
  const all: Derivation = { seed: 0, schemaOf, strange: false, keep: (path) => optional.push(path) > 0 };
  deriveRecord(dataType.schema, all);
  let number = 0;

  function documentOf({ seed, strange, absent }: Variant): JsonObject {
    const derived = deriveRecord(dataType?.schema ?? {}, { seed, schemaOf, strange, keep: (path) => !absent(path) });
    number += 1;
    const keys = (dataType?.key ?? []).map((field) => [
      field,
      typeof derived[field] === "number" ? number : `fuzz${number}`,
    ]);
    return { ...(mergePatch(derived, wishes.after) as JsonObject), ...Object.fromEntries(keys) };
  }

  return {
    optional,
    attempt: async (variant) => {
      const document = documentOf(variant);
      if (dataType.validate(document).length > 0) return null;
      const before = mergePatch(document, wishes.before) as JsonObject; // both are objects, so it is one
      const isUpdate = !flow.on.events.includes("created");
      if (isUpdate && dataType.validate(before).length === 0)
        await world.engine.accept({ dataType: name, document: before });
      const { key } = await world.engine.accept({ dataType: name, document });
      await settle(world);
      return outcomeOf(flow.name, { dataType: name, key, document }, world);
    },
  };
}

async function outcomeOf(
  flow: string,
  { document, ...record }: { readonly dataType: string; readonly key: string; readonly document: JsonObject },
  { store }: World,
): Promise<Trial> {
  const { items: runs } = await store.runs.list({ flow, ...record }, { limit: 20 });
  const { items: messages } = await store.messages.list(record, { limit: 20 });
  const failed = runs.find(({ status }) => status === "failed")?.failure ?? null;
  const failure = failed === null || explained.includes(failed.code) ? null : failed;
  return { document, started: runs.length > 0, failure, bodies: messages.map(({ body }) => body) };
}
