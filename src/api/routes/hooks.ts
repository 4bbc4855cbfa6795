import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { OpenConnection } from "../../core/catalog.js";
import { PatchbayError } from "../../core/errors.js";
import { createSecretCheck } from "../access.js";
import type { ApiDeps } from "../api-deps.js";
import { readBody } from "../body.js";
import { text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type HookDeps = Pick<ApiDeps, "engine" | "installer" | "publicUrl" | "bodyLimitBytes">;

/**
 * Where vendors report. The body stays as it came and the URL is the public one, because signatures cover both.
 * 204 means kept; while the store is away the answer is 503, so that the vendor reports again.
 */
export function hookRoute({ engine, installer, publicUrl, bodyLimitBytes }: HookDeps): Route {
  return defineRoute({
    id: "receive-webhook",
    method: "POST",
    path: "/hooks/{connector}/{ns}/{connection}/{hookSecret}/{webhook}",
    access: "anyone",
    tag: "Webhooks",
    summary: "Take what a vendor reports; the secret in the address and the vendor's signature stand for a key",
    anyQuery: true, // the effect's id comes back in it, and the signature covers it
    ownBody: { "application/x-www-form-urlencoded": text(), "application/json": text() },
    answers: { 204: null },
    errors: ["WEBHOOK_UNKNOWN", "SIGNATURE_INVALID", "BODY_TOO_LARGE"],
    async handle({ params, request, url }) {
      const name = `${params.ns}/${params.connection}`;
      const { connection } = requireConnection(installer.catalog().connection(name), params);
      const body = await readBody(request, bodyLimitBytes);
      const base = publicUrl ?? `http://${request.headers.host ?? ""}`;
      const called = { method: "POST", url: `${base}${url}`, headers: plainHeaders(request), body };
      for (const report of connection.receive(params.webhook, called)) await engine.report(report);
      return { status: 204, body: undefined };
    },
  });
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
