import { everything } from "../../core/consent.js";
import { PatchbayError, toPatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { ConsentRow } from "../../engine/engine.js";
import type { ApiDeps } from "../api-deps.js";
import { inOrder } from "../batch.js";
import { readBody, requireContentType, tooLarge } from "../body.js";
import type { Checks } from "../checks.js";
import { consentColumns, passedOver, readCsvRows, requireContact, requireScope } from "../consent-fields.js";
import {
  type ConsentImportItem,
  type ConsentImportView,
  type ConsentRowView,
  consentImport,
  consentRow,
  type ImportVerdict,
} from "../contract/consent.js";
import { array, text } from "../contract/schema.js";
import { explain } from "../explain.js";
import { parseInstant } from "../instant.js";
import { parseJson } from "../json-body.js";
import { linesOf } from "../ndjson.js";
import { type Answer, type Call, defineRoute, type Route } from "../route.js";

type ImportDeps = Pick<ApiDeps, "engine" | "log" | "bodyLimitBytes" | "readNumber">;

const JSON_TYPE = "application/json";
const NDJSON_TYPE = "application/x-ndjson";
const CSV_TYPE = "text/csv";
/** Rows under way at once: enough to fill group commits. */
const WIDTH = 32;
const LISTED = 1_000;

/** Takes a list of consents. */
export function importConsents({ engine, log, bodyLimitBytes, readNumber }: ImportDeps, checks: Checks): Route {
  const check = checks.body(consentRow);
  return defineRoute({
    id: "import-consent",
    method: "POST",
    path: "/api/v1/consent/import",
    may: "consent:change",
    tag: "Consent",
    summary: "Take a list of who has opted out or in",
    description: `A JSON array, NDJSON, or CSV whose first line names the columns (${consentColumns.slice(0, 10).join(", ")}); only
\`contact\` must be there. Each row is taken by itself, and the same list again changes nothing. Flows are not told. A row that
opts somebody in who has texted STOP is kept in the ledger as \`withheld\`: the STOP holds.`,
    ownBody: { [JSON_TYPE]: array(consentRow), [NDJSON_TYPE]: text(), [CSV_TYPE]: text() },
    answers: { 200: consentImport, 207: consentImport, 422: consentImport },
    errors: ["BODY_EMPTY", "BODY_NOT_JSON", "BODY_TOO_LARGE", "CONTENT_TYPE_UNSUPPORTED"],
    async handle(call) {
      const tally = openImportTally();
      const work = ([index, row]: readonly [number, RawRow]): Promise<ConsentImportItem> =>
        outcomeOf(
          index,
          async () => engine.importConsent(toRow(row(), { check, readNumber })),
          (why) => log.error({ requestId: call.requestId, index, why }, "a row of consents failed"),
        );
      await inOrder(await rowsOf(call, bodyLimitBytes), work, { width: WIDTH, give: tally.add });
      return tally.answer();
    },
  });
}

/** Reads a row when it is its turn: one that cannot be read does not stop the others. */
type RawRow = () => Json;
type Numbered = readonly [index: number, row: RawRow];

async function rowsOf(
  { request }: Pick<Call<unknown, unknown, unknown>, "request">,
  limitBytes: number,
): Promise<Iterable<Numbered> | AsyncIterable<Numbered>> {
  const type = requireContentType(request, [JSON_TYPE, NDJSON_TYPE, CSV_TYPE]);
  if (type === NDJSON_TYPE) return numberedLines(request, limitBytes);
  const body = await readBody(request, limitBytes);
  const rows = type === CSV_TYPE ? readCsvRows(body.toString("utf8")) : parseJson(body);
  if (!Array.isArray(rows)) throw new PatchbayError("REQUEST_INVALID", "The list must be a JSON array of rows");
  if (rows.length === 0) throw new PatchbayError("BODY_EMPTY", "The list has no rows");
  return rows.map((row, index) => [index, () => row] as const);
}

async function* numberedLines(request: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Numbered> {
  for await (const { index, bytes } of linesOf(request, limitBytes)) {
    yield [
      index,
      () => {
        if (bytes === null) throw tooLarge(limitBytes, "line");
        return parseJson(bytes);
      },
    ];
  }
}

/** @throws REQUEST_INVALID, PHONE_INVALID */
function toRow(
  row: Json,
  { check, readNumber }: { check: (row: unknown) => void; readNumber: ApiDeps["readNumber"] },
): ConsentRow {
  if (!isJsonObject(row)) throw new PatchbayError("REQUEST_INVALID", "A row is a JSON object");
  const read = { ...row };
  for (const name of passedOver) delete read[name];
  if (row.channel === "all") delete read.channel;
  check(read);
  // The check has said that it is one.
  const { contact, state = "opted-out", scope = everything, at, force = false, ...given } = read as ConsentRowView;
  requireScope(scope);
  const { channel = null, reason = null, by = null, how = "import", word = null, id = null } = given;
  const known = {
    contact: requireContact(contact, readNumber),
    state,
    scope,
    force,
    channel,
    reason,
    by,
    how,
    word,
    id,
  };
  return { ...known, at: at === undefined ? null : parseInstant("/at", at) };
}

async function outcomeOf(
  index: number,
  take: () => Promise<ImportVerdict>,
  report: (why: ReturnType<typeof explain>) => void,
): Promise<ConsentImportItem> {
  try {
    return { index, verdict: await take() };
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    // Rows that could not be stored are all to be sent again, which is safe.
    if (error.status === 503) throw error;
    if (error.code === "INTERNAL_ERROR") report(explain(error));
    const own = error.details.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
    const detail = error.code === "INTERNAL_ERROR" ? "The log says more" : own;
    return { index, verdict: "failed", error: { code: error.code, detail } };
  }
}

function openImportTally(): { add(item: ConsentImportItem): void; answer(): Answer<ConsentImportView> } {
  const counts: Record<ImportVerdict, number> = { recorded: 0, unchanged: 0, withheld: 0, failed: 0 };
  const items: ConsentImportItem[] = [];
  return {
    add(item) {
      counts[item.verdict] += 1;
      const isPlain = item.verdict === "recorded" || item.verdict === "unchanged";
      if (!isPlain && items.length < LISTED) items.push(item);
    },
    answer() {
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (total === 0) throw new PatchbayError("BODY_EMPTY", "The list has no rows");
      const status = counts.failed === 0 ? 200 : counts.failed === total ? 422 : 207;
      return { status, body: { items, ...counts } };
    },
  };
}
