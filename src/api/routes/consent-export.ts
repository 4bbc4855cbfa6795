import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ConsentEntry } from "../../core/consent.js";
import type { ApiDeps } from "../api-deps.js";
import { consentColumns } from "../consent-fields.js";
import { toConsentEntryView } from "../contract/consent.js";
import { described, object, oneOf, text } from "../contract/schema.js";
import { toCsvLine } from "../csv.js";
import { defineRoute, type Route } from "../route.js";
import { safeHeaders } from "../send.js";

const PAGE = 200;

/** Gives the whole ledger as a stream, newest first; what is exported can be imported elsewhere, and is the same there. */
export function exportConsent({ store }: Pick<ApiDeps, "store">): Route {
  return defineRoute({
    id: "export-consent",
    audited: true,
    method: "GET",
    path: "/api/v1/consent/export",
    may: "consent:export",
    tag: "Consent",
    summary: "Give the ledger of consent as NDJSON or CSV, newest first",
    query: object({}, { format: described("`ndjson` when left out.", oneOf(["ndjson", "csv"])) }),
    answers: { 200: text() },
    answerType: "application/x-ndjson",
    errors: [],
    async handle({ query: { format = "ndjson" }, response, requestId }) {
      const write = format === "csv" ? toCsv : toLine;
      const type = format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
      let { items, next } = await store.consent.entries({}, { limit: PAGE });
      response.writeHead(200, { ...safeHeaders, "Content-Type": type, "X-Request-Id": requestId });
      if (format === "csv") response.write(toCsvLine(consentColumns));
      for (;;) {
        await send(response, items.map(write).join(""));
        if (next === null || response.destroyed) break;
        ({ items, next } = await store.consent.entries({}, { limit: PAGE, cursor: next }));
      }
      response.end();
      return null;
    },
  });
}

function toLine(entry: ConsentEntry): string {
  return `${JSON.stringify(toConsentEntryView(entry))}\n`;
}

function toCsv(entry: ConsentEntry): string {
  const view = toConsentEntryView(entry);
  return toCsvLine(consentColumns.map((name) => view[name]));
}

/** Waits while the caller does not read. */
async function send(response: ServerResponse, text: string): Promise<void> {
  if (text === "" || response.write(text) || response.destroyed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    waiting.abort();
  }
}
