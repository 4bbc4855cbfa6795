import { testTextFlow } from "../../collections/test-text.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import type { RehearsedCall } from "../../engine/rehearsal.js";
import { madeUpOccasion } from "../../engine/rehearsed-occasion.js";
import type { ApiDeps } from "../api-deps.js";
import { startedFlow } from "../contract/replay.js";
import {
  type TestTextOrder,
  testText,
  testTextPreview,
  toTestRecord,
  toTestTextPreview,
} from "../contract/test-text.js";
import { createOnce, idempotencyKeyOf } from "../idempotency.js";
import { defineRoute, type Route } from "../route.js";
import { requireConnection } from "./connections.js";

type TestTextDeps = Pick<ApiDeps, "engine" | "installer" | "store">;
type Names = Readonly<Record<"ns" | "name", string>>;

const path = "/api/v1/connections/{ns}/{name}/test-text";

const errors = [
  ...(["CONNECTION_UNKNOWN", "ENDPOINT_UNKNOWN", "PAYLOAD_INVALID"] as const),
  ...(["PHONE_MISSING", "PHONE_INVALID", "TEMPLATE_UNKNOWN", "TEMPLATE_NOT_APPROVED"] as const),
] satisfies readonly ErrorCode[];

/** One text that a person sends to see that a connection works: what it would be, and sending it. */
export function testTextRoutes(deps: TestTextDeps): Route[] {
  return [previewTestText(deps), sendTestText(deps)];
}

function previewTestText(deps: TestTextDeps): Route {
  return defineRoute({
    id: "preview-test-text",
    method: "POST",
    path: `${path}/preview`,
    may: "messages:test",
    audited: false,
    tag: "Connections",
    summary: "See what a test text would be sent as, by which sender, and what is in its way; sends nothing",
    body: testText,
    answers: { 200: testTextPreview },
    errors,
    async handle({ params, body }) {
      const { call, version } = await rehearse(params, body, deps);
      const { connection, endpoint, request } = call;
      const key = endpoint.slice(endpoint.indexOf("/") + 1);
      const paced = deps.installer.catalog().connection(connection)?.connection.senderOf?.(key, request);
      const about = { flow: version.flow.name, sender: paced?.sender ?? null };
      return { status: 200, body: toTestTextPreview(call, about) };
    },
  });
}

function sendTestText(deps: TestTextDeps): Route {
  const performOnce = createOnce(deps.store);
  return defineRoute({
    id: "send-test-text",
    method: "POST",
    path,
    may: "messages:test",
    tag: "Connections",
    summary: "Send one test text by a connection, in a run of its own",
    description:
      "It goes the way of all texts: held against consent, paced, in the ledger, followed to delivery. What cannot be sent at all is refused, and leaves no run.",
    body: testText,
    headers: { "Idempotency-Key": "Names the request: sent again, there is one text." },
    answers: { 202: startedFlow },
    errors: [...errors, "IDEMPOTENCY_KEY_REUSED", "SERVER_OVERLOADED"],
    async handle({ params, body, request, url }) {
      const key = idempotencyKeyOf(request);
      const { version } = await rehearse(params, body, deps);
      const send = async () => {
        const named = key === null ? {} : { dedupeKey: `test-text ${key}` };
        const started = await deps.engine.startFlow(version, { payload: toTestRecord(body), record: null, ...named });
        return { status: 202, body: started } as const;
      };
      if (key === null) return send();
      return performOnce({ key, method: "POST", url, body: Buffer.from(JSON.stringify(body)) }, send);
    },
  });
}

/** Goes through what sending comes to. @throws what its call would fail with */
async function rehearse(params: Names, order: TestTextOrder, deps: TestTextDeps) {
  const version = testTextFlow(requireConnection(deps, params));
  const made = { payload: toTestRecord(order), previous: null };
  const world = { catalog: deps.installer.catalog(), now: new Date(deps.store.now()) };
  const occasion = madeUpOccasion(version.flow.on, made, world);
  const { steps } = await deps.engine.rehearse({ version, occasion, supposed: {} });
  return { call: callOf(steps[0]), version };
}

type Rehearsed = Awaited<ReturnType<TestTextDeps["engine"]["rehearse"]>>;

function callOf(step: Rehearsed["steps"][number] | undefined): RehearsedCall {
  if (step?.call) return step.call;
  if (!step?.failure) throw new Error("a test text is one call");
  const { code, message, remedy } = step.failure;
  throw new PatchbayError(code, message, { remedy });
}
