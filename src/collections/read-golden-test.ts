import type { Sample } from "../core/collection.js";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "../core/json.js";
import { ANY_TOPIC, type WebhookDelivery } from "../core/webhook-delivery.js";
import { parseDuration } from "./duration.js";
import type { GivenStep, GoldenTest } from "./golden-test.js";
import type { ExpectFile, GivenStepFile, GoldenTestFile } from "./golden-test-file.js";
import type { Grammar, GrammarPart } from "./grammar.js";
import { type Place, type ProblemList, pointerPart } from "./problem-list.js";
import { qualified } from "./qualified-name.js";
import { toExpected } from "./read-expected.js";
import { compilePattern } from "./schema-compiler.js";
import { toVendorStep } from "./vendor-behaviour.js";

/** When tests begin that do not say when: a Monday, by day in America and in the evening in Europe. */
const BEGIN = "2026-01-05T18:00:00Z";
const REMEDY = "See docs/collections.md for what a test may have.";

/** The member that names a kind of step, and its grammar. */
const kinds = {
  push: "test#/$defs/pushStep",
  webhook: "test#/$defs/webhookStep",
  remove: "test#/$defs/removeStep",
  start: "test#/$defs/startStep",
  vendor: "test#/$defs/vendorStep",
  report: "test#/$defs/reportStep",
  reply: "test#/$defs/replyStep",
  after: "test#/$defs/afterStep",
  until: "test#/$defs/untilStep",
  retry: "test#/$defs/retryStep",
  cancel: "test#/$defs/cancelStep",
  consent: "test#/$defs/consentStep",
  template: "test#/$defs/templateStep",
} as const satisfies Readonly<Record<string, GrammarPart>>;

type Kind = keyof typeof kinds;

/** What a test's file is read with. */
export interface GoldenTestReading {
  readonly file: string;
  /** The file's name without its ending. */
  readonly stem: string;
  readonly namespace: string;
  readonly grammar: Grammar;
  readonly problems: ProblemList;
  /** Samples that a test may name, by their qualified name. */
  readonly samples: ReadonlyMap<string, Sample>;
  /** Collections that are required and not there: nothing is known of their samples. */
  readonly missing: ReadonlySet<string>;
}

/** Reads one parsed test file; null when it has problems (the list says which). */
export function readGoldenTest(document: Json, reading: GoldenTestReading): GoldenTest | null {
  const { file, grammar, problems } = reading;
  problems.errors({ file, path: "" }, grammar.check("test", document), REMEDY);
  if (isJsonObject(document)) {
    checkGiven(document.given, reading);
    checkPatterns({ file, path: "/expect" }, document.expect, problems);
    refuseNothing(document.expect, reading);
  }
  if (problems.failed(file)) return null;
  const test = toTest(document as unknown as GoldenTestFile, reading); // JSON boundary: just checked
  return problems.failed(file) ? null : test;
}

function checkGiven(given: Json | undefined, { file, grammar, problems }: GoldenTestReading): void {
  for (const [index, step] of (Array.isArray(given) ? given : []).entries()) {
    if (!isJsonObject(step)) continue;
    const place = { file, path: `/given${pointerPart(index)}` };
    const kind = kindOf(step);
    if (kind !== null) problems.errors(place, grammar.check(kinds[kind], step), REMEDY);
    else problems.error(place, `must have exactly one of ${Object.keys(kinds).join(", ")}`, REMEDY);
  }
}

function kindOf(step: object): Kind | null {
  const named = (Object.keys(kinds) as Kind[]).filter((kind) => Object.hasOwn(step, kind));
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** Reports patterns that have no linear-time form. */
function checkPatterns(place: Place, value: Json | undefined, problems: ProblemList): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = { file: place.file, path: place.path + pointerPart(name) };
    // What a record or a request has is data: a member of it may be called `matches`.
    if (name === "has" || name === "with") continue;
    if (name === "matches" && typeof member === "string") checkPattern(at, member, problems);
    else checkPatterns(at, member, problems);
  }
}

function checkPattern(place: Place, pattern: string, problems: ProblemList): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.error(place, `is not a pattern of linear time (RE2 syntax): ${reason}`, "Correct the pattern.");
  }
}

/** A test that cannot fail says nothing. */
function refuseNothing(expect: Json | undefined, { file, problems }: GoldenTestReading): void {
  if (!isJsonObject(expect)) return;
  const { messages, notifications, records = [], runs = [], calls = [] } = expect as unknown as ExpectFile;
  const asserted = [messages, notifications].some((list) => Array.isArray(list));
  if (asserted || [records, runs, calls].some((list) => Array.isArray(list) && list.length > 0)) return;
  const remedy = "Expect something. `messages: []` says that nothing may be sent.";
  problems.error({ file, path: "/expect" }, "asserts nothing, so it could not fail", remedy);
}

function toTest(document: GoldenTestFile, reading: GoldenTestReading): GoldenTest {
  const { namespace, stem, file } = reading;
  const { title, parameters = {}, parametersOf = {}, activate = [], now = BEGIN, given = [], expect } = document;
  return {
    ...{ name: stem, file, title, parameters, parametersOf, now: new Date(now) },
    activate: activate.map((flow) => qualified(flow, namespace)),
    given: given.flatMap((step, index) => toStep(step, { file, path: `/given${pointerPart(index)}` }, reading)),
    expected: toExpected(expect, namespace),
  };
}

function toStep(step: GivenStepFile, place: Place, reading: GoldenTestReading): GivenStep[] {
  const name = (text: string | undefined): string => qualified(text ?? "", reading.namespace);
  const kind = kindOf(step);
  switch (kind) {
    case "push": {
      const documents = documentsOf(step, place, reading);
      return [{ kind, dataType: name(step.push), documents, refused: step.refused ?? null }];
    }
    case "webhook":
      return [{ kind, connection: name(step.webhook), deliveries: deliveriesOf(step, place, reading) }];
    case "remove":
      return [{ kind, dataType: name(step.remove), key: step.key ?? "" }];
    case "start":
      return [{ kind, flow: name(step.start), payload: step.with ?? {} }];
    case "vendor":
      return [toVendorStep(step, name)];
    case "report":
      return [{ kind, status: toStatus(step.report), message: step.message ?? null, error: codeOf(step) }];
    case "reply": {
      const connection = step.connection === undefined ? null : name(step.connection);
      return [{ kind, body: step.reply ?? "", from: step.from ?? null, to: step.to ?? null, connection }];
    }
    case "after":
      return [{ kind, ms: durationOf(step.after, place, reading.problems) }];
    case "until":
      return [{ kind, at: new Date(step.until ?? "") }];
    case "retry":
      return [{ kind, flow: name(step.retry), number: step.number ?? null }];
    case "cancel":
      return [{ kind, flow: name(step.cancel), number: step.number ?? null }];
    case "consent":
      return [toConsentStep(step)];
    case "template":
      return [toTemplateStep(step)];
    default:
      return [];
  }
}

/** Without an id of its own, every document is another delivery. */
function deliveriesOf(step: GivenStepFile, place: Place, reading: GoldenTestReading): readonly WebhookDelivery[] {
  const { topic = ANY_TOPIC } = step;
  return documentsOf(step, place, reading).map((body, index) => {
    return { topic, id: step.id ?? `${place.path}/${index}`, body, unreadable: null };
  });
}

function toConsentStep({ consent, contact, channel, reason }: GivenStepFile): GivenStep {
  const state = consent ?? "opted-out";
  return { kind: "consent", state, contact: contact ?? "", channel: channel ?? null, reason: reason ?? null };
}

function toTemplateStep({ template, body, language, status }: GivenStepFile): GivenStep {
  const approval = (status ?? "approved") as Extract<GivenStep, { kind: "template" }>["status"]; // the grammar has just checked it
  return { kind: "template", name: template ?? "", body: body ?? "", language: language ?? "en", status: approval };
}

function toStatus(status: GivenStepFile["report"]): NonNullable<GivenStepFile["report"]> {
  return status ?? "delivered";
}

function codeOf({ error }: GivenStepFile): string | null {
  return error === undefined ? null : String(error);
}

function durationOf(text: string | undefined, { file, path }: Place, problems: ProblemList): number {
  const parsed = parseDuration(text ?? "");
  if ("ms" in parsed) return parsed.ms;
  problems.error({ file, path: `${path}/after` }, parsed.problem, "Write a shorter duration.");
  return 0;
}

/** Gives the documents that a step pushes, or hands over: its own, or those of a sample, with its changes. */
function documentsOf(step: GivenStepFile, place: Place, reading: GoldenTestReading): readonly JsonObject[] {
  const { record, records, sample, with: changes } = step;
  const sources = [record, records, sample].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    reading.problems.error(place, "must have exactly one of record, records, sample", REMEDY);
    return [];
  }
  const documents = records ?? (record === undefined ? sampleOf(step, place, reading) : [record]);
  if (changes === undefined) return documents;
  return documents.map((document) => mergePatch(document, changes) as JsonObject); // both are objects, so it is one
}

function sampleOf(step: GivenStepFile, { file, path }: Place, reading: GoldenTestReading): readonly JsonObject[] {
  const { namespace, problems, samples, missing } = reading;
  const dataType = step.push === undefined ? null : qualified(step.push, namespace);
  const name = qualified(step.sample ?? "", namespace);
  if (missing.has(name.split("/")[0] ?? "")) return [];
  const found = samples.get(name);
  if (found === undefined || (dataType !== null && found.dataType !== dataType)) {
    const fits = (sample: Sample): boolean => dataType === null || sample.dataType === dataType;
    const known = [...samples].filter(([, sample]) => fits(sample)).map(([one]) => one);
    const remedy = known.length > 0 ? `Known are ${known.join(", ")}.` : "Add a file to samples/.";
    const of = dataType === null ? "" : ` of ${dataType}`;
    problems.error({ file, path: `${path}/sample` }, `there is no sample ${step.sample}${of}`, remedy);
    return [];
  }
  if (step.number === undefined) return found.documents;
  const document = found.documents[step.number - 1];
  if (document !== undefined) return [document];
  const message = `is ${step.number}, but the sample has ${found.documents.length}`;
  problems.error({ file, path: `${path}/number` }, message, "Name one that there is.");
  return [];
}
