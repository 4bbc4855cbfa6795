import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { OpenConnection } from "../../core/catalog.js";
import type { Connection, Reception, WebhookRequest } from "../../core/connector.js";
import { PatchbayError, toPatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { readBody } from "../body.js";
import { text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { createSecretCheck } from "../secret-check.js";

/** What webhooks are taken with. */
export interface HookDeps extends Pick<ApiDeps, "publicUrl" | "bodyLimitBytes" | "log"> {
  readonly engine: Pick<ApiDeps["engine"], "report" | "receive" | "deliver"> & {
    readonly connections: Pick<ApiDeps["engine"]["connections"], "tellRefused">;
  };
  readonly installer: Pick<ApiDeps["installer"], "catalog">;
}

/**
 * Where vendors report what became of messages, and hand over those that come in; where other systems hand over documents. The
 * body stays as it came and the URL is the public one, because signatures cover both. 204, or the answer that the vendor wants,
 * means kept; while the store is away the answer is 503, so that the vendor reports again or falls back to the other address.
 */
export function hookRoute({ engine, installer, publicUrl, bodyLimitBytes, log }: HookDeps): Route {
  return defineRoute({
    id: "receive-webhook",
    method: "POST",
    path: "/hooks/{connector}/{ns}/{connection}/{hookSecret}/{webhook}",
    may: "anyone",
    tag: "Webhooks",
    summary: "Take what a vendor reports; the secret in the address and the vendor's signature stand for a key",
    anyQuery: true, // the effect's id comes back in it, and the signature covers it
    ownBody: { "application/x-www-form-urlencoded": text(), "application/json": text() },
    answers: { 200: text(), 204: null },
    answerType: "*/*",
    errors: ["WEBHOOK_UNKNOWN", "SIGNATURE_INVALID", "BODY_TOO_LARGE"],
    async handle({ params, request, url }) {
      const name = `${params.ns}/${params.connection}`;
      const { connection } = requireConnection(installer.catalog().connection(name), params);
      const body = await readBody(request, bodyLimitBytes);
      const base = publicUrl ?? `http://${request.headers.host ?? ""}`;
      const called = { method: "POST", url: `${base}${url}`, headers: plainHeaders(request), body };
      const reception = await receive(connection, { webhook: params.webhook, called, name }, { engine, log });
      const { reports, messages, deliveries = [], ignored, answer } = reception;
      for (const report of reports) await engine.report(report);
      for (const message of messages) await engine.receive(message, name);
      for (const delivery of deliveries) await engine.deliver(delivery, name);
      if (ignored !== null)
        log.warn({ connection: name, webhook: params.webhook, reason: ignored }, "a webhook request leads to nothing");
      if (answer === null) return { status: 204, body: undefined };
      return { status: 200, body: answer.body, headers: { "Content-Type": answer.contentType } };
    },
  });
}

/** What was refused is told to operators, who would not hear of it otherwise: the sender may tell nobody. */
async function receive(
  connection: Connection,
  { webhook, called, name }: { webhook: string; called: WebhookRequest; name: string },
  { engine, log }: Pick<HookDeps, "engine" | "log">,
): Promise<Reception> {
  try {
    return connection.receive(webhook, called);
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "SIGNATURE_INVALID") {
      await engine.connections.tellRefused(name, error).catch((thrown: unknown) => {
        log.error(
          { connection: name, code: toPatchbayError(thrown).code },
          "a refused webhook request could not be told",
        );
      });
    }
    throw error;
  }
}

/** Answers the same, and takes as long, whether the connection or its secret is wrong. */
function requireConnection(
  found: OpenConnection | null,
  { connector, hookSecret }: { connector: string; hookSecret: string },
): OpenConnection {
  const rightSecret = createSecretCheck(found?.hookSecret ?? "")(hookSecret);
  if (found !== null && rightSecret && found.connector.key === connector) return found;
  throw new PatchbayError("WEBHOOK_UNKNOWN", "No connection has this webhook address");
}

function plainHeaders({ headers }: IncomingMessage & { headers: IncomingHttpHeaders }): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
}
