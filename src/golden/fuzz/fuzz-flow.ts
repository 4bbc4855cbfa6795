import type { GivenStep } from "../../collections/golden-test.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import type { FlowDefinition } from "../../core/flow.js";
import type { Json, JsonObject } from "../../core/json.js";
import type { GoldenParts } from "../golden-parts.js";
import { play } from "../play.js";
import type { Prepared } from "../prepared.js";
import { openWorld, type World } from "../world.js";
import { messageTrier, replyTrier, type Sender, webhookTrier } from "./other-triers.js";
import { randomOf, seedAt } from "./random.js";
import { recordTrier } from "./record-trier.js";
import type { Trial, Trier, Variant } from "./trier.js";

/** What a fuzz is asked for. */
export interface FuzzOrder {
  /** Inputs besides those that lack one optional member each. */
  readonly runs: number;
  readonly seed: number;
}

/** An input that a flow fails on, for a reason that it does not give. */
export interface FuzzFinding {
  readonly flow: string;
  /** Flows that are on. */
  readonly activate: readonly string[];
  /** The smallest record, or what else it starts on, that was found. */
  readonly document: JsonObject;
  /** Steps of a golden test that give it. */
  readonly given: readonly JsonObject[];
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
  /** Inputs that were given to it, and those of them that the flow started on. */
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

/**
 * Gives inputs of all shapes to one flow, in a world of its own.
 * @returns Null when nobody can tell what it starts on: a time, a person, a notification, a shape that is written down nowhere.
 */
export async function fuzzFlow(
  flow: FlowDefinition,
  prepared: Prepared,
  { parts, order }: { readonly parts: GoldenParts; readonly order: FuzzOrder },
): Promise<FuzzResult | null> {
  if (!isReached(flow)) return null;
  const senders = sendersFor(flow, prepared);
  for (const [index, sender] of senders.entries()) {
    await using stage = await openStage(flow, sender, { prepared, parts });
    if (stage.trier === null) return null;
    const mayBeAnother = index < senders.length - 1;
    const starts = !mayBeAnother || (await stage.trier.attempt(usualAt(order.seed)))?.started === true;
    if (starts) return await fuzz(stage.trier, { flow, order });
  }
  return null;
}

function isReached({ on }: FlowDefinition): boolean {
  if (on.kind === "record") return on.events.some((event) => event !== "deleted");
  return on.kind === "webhook" || on.kind === "received" || on.kind === "message";
}

/**
 * Finds the flows that may send what a flow on messages starts on: those that are on with it in a golden test. Which of them its
 * condition means is found out by trying. Other flows need none.
 */
function sendersFor({ name, on }: FlowDefinition, { tests, collections }: Prepared): readonly (Sender | null)[] {
  if (on.kind !== "message") return [null];
  const flows = collections.flatMap(({ collection }) => collection.flows);
  const together = tests.flatMap(({ activate }) => (activate.includes(name) ? activate : []));
  return flows.flatMap((one) =>
    one.on.kind === "record" && together.includes(one.name) ? [{ name: one.name, on: one.on }] : [],
  );
}

interface Stage extends AsyncDisposable {
  readonly trier: Trier | null;
}

/** Opens a world in which a flow is tried, perhaps with one that sends. */
async function openStage(
  flow: FlowDefinition,
  sender: Sender | null,
  { prepared, parts }: { readonly prepared: Prepared; readonly parts: GoldenParts },
): Promise<Stage> {
  // What its golden tests are given, such as parameters and templates, it needs here too: first that of one with the sender.
  const own = prepared.tests.filter(({ activate }) => activate.includes(flow.name));
  const like = own.find(({ activate }) => sender !== null && activate.includes(sender.name)) ?? own[0];
  const { parameters = {}, parametersOf = {}, now = BEGIN } = like ?? {};
  const activate = [...(sender === null ? [] : [sender.name]), flow.name];
  const world = await openWorld({ parameters, parametersOf, now, activate }, prepared, parts);
  const close = (): Promise<void> => world.close();
  try {
    for (const { given } of like === undefined ? [] : [like, ...own]) await addTemplates(given, world);
    return { trier: await trierFor(flow, { sender, world, prepared }), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An input with everything in it, and nothing strange. */
function usualAt(seed: number): Variant {
  return { seed, strange: false, absent: () => false };
}

async function trierFor(
  flow: FlowDefinition,
  { sender, world, prepared }: { sender: Sender | null; world: World; prepared: Prepared },
): Promise<Trier | null> {
  const { on } = flow;
  if (on.kind === "record") return { ...recordTrier(on, flow.name, world), alongside: [] };
  if (on.kind === "webhook") return webhookTrier(flow, on, { world, prepared });
  if (on.kind === "received") return replyTrier(flow, on, world);
  return on.kind === "message" && sender !== null ? messageTrier(flow, on, { sender, world }) : null;
}

/** Of several with one name the first that may be sent. */
async function addTemplates(given: readonly GivenStep[], world: World): Promise<void> {
  for (const step of given) {
    if (step.kind !== "template" || step.status !== "approved") continue;
    if (!world.simulator.templates().some(({ friendlyName }) => friendlyName === step.name)) await play(step, world);
  }
}

async function fuzz(
  trier: Trier,
  { flow, order }: { readonly flow: FlowDefinition; readonly order: FuzzOrder },
): Promise<FuzzResult> {
  const { seed } = order;
  const full = usualAt(seed);
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
    const { document, given } = smallest;
    const activate = [...trier.alongside, flow.name];
    findings.set(idOf(trial.failure), { flow: flow.name, activate, document, given, code, message });
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
