import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { Accepted } from "../../engine/engine.js";
import type { ApiDeps } from "../api-deps.js";
import { inOrder, type Outcome, openTally, toOutcome, untilTurnedAway } from "../batch.js";
import { readBody, requireContentType, tooLarge } from "../body.js";
import { type AcceptedView, accepted, type BatchView, batch, toAcceptedView } from "../contract/record.js";
import { anyObject, array, type Schema, text } from "../contract/schema.js";
import { explain } from "../explain.js";
import { createOnce, idempotencyKeyOf } from "../idempotency.js";
import { parseJson } from "../json-body.js";
import { type Line, linesOf } from "../ndjson.js";
import { pushStatus } from "../push-status.js";
import { type Answer, type Call, defineRoute, type Route } from "../route.js";
import { safeHeaders } from "../send.js";

const JSON_TYPE = "application/json";
const NDJSON_TYPE = "application/x-ndjson";
/**
 * Pushes of one request under way at once: enough to fill group commits, few enough to leave room for others. Four times as many are
 * taken 1.8 times as fast as their texts leave, but an order costs 15 % more, since runs are queued and taken up, and memory 90 MB.
 */
const WIDTH = 128;
/** Outcomes of NDJSON lines that one answer lists. */
const LISTED_LINES = 1_000;

type PushDeps = Pick<ApiDeps, "engine" | "store" | "installer" | "bodyLimitBytes" | "log">;
type PushAnswer = Answer<AcceptedView | BatchView>;

const description = `One object is answered with what became of it; 202 means that it does not fit its data type and waits in
quarantine for an operator. An array or NDJSON is answered with the outcome of every record: 201 all created, 200 all taken, 207 some failed or
quarantined, 422 all failed, 503 all to be sent again. Once the server has too much to do, or cannot store anything, the rest of the records is not
tried: each is answered with that code, and \`sendAgainFrom\` says where to go on. NDJSON is taken line by line, however long it is; of more than
1,000 lines the answer lists those that need somebody only. With \`Accept: application/x-ndjson\` the outcome of
every line is streamed while you send (read it meanwhile): status 207, one outcome per line, the counts in the last line.`;

/** `POST /records/{ns}/{Type}`: the hot path. It reads the body itself, to touch it as little as possible. */
export function pushRecordsRoute(deps: PushDeps): Route {
  const { engine, installer, bodyLimitBytes } = deps;
  const performOnce = createOnce(deps.store);
  return defineRoute({
    id: "push-records",
    method: "POST",
    path: "/api/v1/records/{ns}/{Type}",
    may: "records:push",
    pushes: ({ ns, Type }) => `${ns}/${Type}`,
    tag: "Records",
    summary: "Push one record or many",
    description,
    ownBody: {
      [JSON_TYPE]: { json: { anyOf: [anyObject.json, array(anyObject).json] } },
      [NDJSON_TYPE]: text(),
    },
    headers: { "Idempotency-Key": "Names the request: sent again, it is performed once. Not for NDJSON." },
    answers: answerSchemas(),
    errors: [
      ...(["DATA_TYPE_UNKNOWN", "RECORD_INVALID", "IDEMPOTENCY_KEY_REUSED", "BODY_EMPTY", "BODY_NOT_JSON"] as const),
      ...(["BODY_TOO_LARGE", "CONTENT_TYPE_UNSUPPORTED", "SERVER_OVERLOADED"] as const),
    ],
    async handle({ params, request, response, url, requestId }) {
      const dataType = `${params.ns}/${params.Type}`;
      const type = requireContentType(request, [JSON_TYPE, NDJSON_TYPE]);
      requireDataType(installer, dataType);
      const accept = ({ document, dedupeKey }: NamedDocument) =>
        engine.accept({ dataType, document: requireObject(document), dedupeKey });
      const job: Job = { accept, report: reporter(deps.log, requestId), bodyLimitBytes };
      const key = idempotencyKeyOf(request);
      if (type === NDJSON_TYPE) {
        if (key !== null) refuseKey();
        return pushLines({ request, response, requestId }, job);
      }
      const body = await readBody(request, bodyLimitBytes);
      if (key === null) return push(parseJson(body), null, job);
      return performOnce({ key, method: "POST", url, body }, () => push(parseJson(body), key, job));
    },
  });
}

/** A record as it came, and its name where the request has one. */
interface NamedDocument {
  readonly document: Json;
  readonly dedupeKey: string | null;
}

/** What one request does with its records. */
interface Job {
  /** @throws REQUEST_INVALID, also at once */
  readonly accept: (named: NamedDocument) => Promise<Accepted>;
  /** Told every outcome, for the log. */
  report(outcome: Outcome): void;
  readonly bodyLimitBytes: number;
}

/** Logs the first unexpected failure of a request with many records: the caller is told that the log says more. */
function reporter(log: ApiDeps["log"], requestId: string): Job["report"] {
  let reported = false;
  return ({ item, error }) => {
    if (reported || error?.code !== "INTERNAL_ERROR") return;
    reported = true;
    log.error({ requestId, index: item.index, why: explain(error) }, "record failed");
  };
}

function answerSchemas() {
  const either: Schema<AcceptedView | BatchView> = { json: { anyOf: [accepted.json, batch.json] } };
  return { 200: either, 201: either, 202: accepted, 207: batch, 422: batch, 503: batch };
}

/**
 * Pushes what a request brings. Its name goes on to each event: should this process end before the answer is kept, the same
 * request again does nothing twice.
 */
async function push(body: Json, name: string | null, job: Job): Promise<PushAnswer> {
  if (!Array.isArray(body)) {
    const done = await job.accept({ document: body, dedupeKey: name === null ? null : `push ${name}` });
    return { status: pushStatus(done.verdict), body: toAcceptedView(done) };
  }
  const tally = openTally(body.length);
  const accept = untilTurnedAway(job.accept);
  const work = ([index, document]: [number, Json]) =>
    toOutcome(index, () => accept({ document, dedupeKey: name === null ? null : `push ${name} ${index}` }));
  const give = (outcome: Outcome): void => {
    tally.add(outcome);
    job.report(outcome);
  };
  await inOrder(body.entries(), work, { width: WIDTH, give });
  return tally.answer();
}

type LinesCall = Pick<Call<unknown, unknown, unknown>, "request" | "response" | "requestId">;

async function pushLines(call: LinesCall, job: Job): Promise<Answer<BatchView> | null> {
  const streamed = wantsStream(call.request);
  const tally = openTally(LISTED_LINES);
  const give = streamed ? openOutcomeStream(call) : () => undefined;
  const accept = untilTurnedAway(job.accept);
  const work = ({ index, bytes }: Line) =>
    toOutcome(index, async () => {
      if (bytes === null) throw tooLarge(job.bodyLimitBytes, "line");
      return accept({ document: parseJson(bytes), dedupeKey: null });
    });
  let lines = 0;
  await inOrder(linesOf(chunksOf(call.request), job.bodyLimitBytes), work, {
    width: WIDTH,
    async give(outcome) {
      lines += 1;
      tally.add(outcome);
      job.report(outcome);
      await give(outcome);
    },
  });
  if (streamed) {
    call.response.end(`${JSON.stringify(tally.counts())}\n`);
    return null;
  }
  if (lines === 0) throw new PatchbayError("BODY_EMPTY", "The body has no lines");
  return tally.answer();
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request;
  } catch (cause) {
    throw new PatchbayError("REQUEST_INVALID", "The connection was closed before the last line was complete", {
      cause,
    });
  }
}

function wantsStream({ headers }: IncomingMessage): boolean {
  return headers.accept?.toLowerCase().includes(NDJSON_TYPE) ?? false;
}

/** Begins a streamed answer; what it gives writes one outcome, waiting while the caller does not read. */
function openOutcomeStream({ response, requestId }: LinesCall): (outcome: Outcome) => Promise<void> {
  response.writeHead(207, { ...safeHeaders, "Content-Type": NDJSON_TYPE, "X-Request-Id": requestId });
  return async ({ item }) => {
    if (!response.write(`${JSON.stringify(item)}\n`)) await drained(response);
  };
}

/** Waits for room to write, or for the end of the connection, whichever comes first. */
async function drained(response: ServerResponse): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    if (response.destroyed) return;
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    waiting.abort();
  }
}

function requireObject(document: Json) {
  if (isJsonObject(document)) return document;
  const found = Array.isArray(document) ? "an array" : document === null ? "null" : `a ${typeof document}`;
  throw new PatchbayError("REQUEST_INVALID", `A record is a JSON object; this is ${found}`);
}

function refuseKey(): never {
  throw new PatchbayError(
    "REQUEST_INVALID",
    "Idempotency-Key is not for NDJSON. Send the same lines again instead: records that are there already stay as they are.",
  );
}

/** @throws DATA_TYPE_UNKNOWN naming those that are installed. */
export function requireDataType(installer: ApiDeps["installer"], name: string) {
  const catalog = installer.catalog();
  const dataType = catalog.dataType(name);
  if (dataType !== null) return dataType;
  const names = catalog.dataTypes().map((installed) => installed.name);
  const installed = names.length === 0 ? "none is installed" : `installed are ${names.slice(0, 20).join(", ")}`;
  throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name.slice(0, 200)}; ${installed}`);
}
