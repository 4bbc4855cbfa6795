import type { InstalledFlow } from "../../core/catalog.js";
import { describeProblems, PatchbayError, toPatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import type { ApiDeps } from "../api-deps.js";
import { readBody } from "../body.js";
import type { Checks } from "../checks.js";
import { type FlowlinkAnswer, type FlowlinkRequest, flowlinkAnswer, flowlinkRequest } from "../contract/flowlink.js";
import { type Schema, text } from "../contract/schema.js";
import { parseJson } from "../json-body.js";
import { headersFor } from "../problem.js";
import { type Answer, defineRoute, type Route } from "../route.js";

type FlowlinkDeps = Pick<ApiDeps, "engine" | "store" | "installer" | "bodyLimitBytes">;

const SMS = "communication/Sms";
const SEND = "twilio/send-message";

/**
 * The contract of the FlowLink Twilio endpoint, for hubs that call one: same addresses, same bodies. Its errors are
 * told apart here, where the original answered 500 to everything.
 */
export function flowlinkRoutes(deps: FlowlinkDeps, checks: Checks): Route[] {
  return [greeting(), authorization(), sendSms(deps, checks.body(flowlinkRequest))];
}

function greeting(): Route {
  return defineRoute({
    id: "flowlink-greeting",
    method: "GET",
    path: "/compat/flowlink/",
    may: "visitor",
    tag: "Compatibility",
    summary: "Whether the endpoint answers",
    answers: { 200: text() },
    answerType: "text/plain",
    errors: [],
    handle: () => ({ status: 200, body: "TwilioEndpoint ok", headers: { "Content-Type": "text/plain;charset=utf-8" } }),
  });
}

function authorization(): Route {
  return defineRoute({
    id: "flowlink-auth",
    method: "GET",
    path: "/compat/flowlink/auth",
    may: "visitor",
    tag: "Compatibility",
    summary: "Answers without a body",
    answers: { 200: null },
    errors: [],
    handle: () => ({ status: 200, body: undefined }),
  });
}

function sendSms(deps: FlowlinkDeps, check: (value: unknown) => void): Route {
  const answer: Schema<FlowlinkAnswer | undefined> = { json: flowlinkAnswer.json };
  return defineRoute({
    id: "flowlink-send-sms",
    method: "POST",
    path: "/compat/flowlink/send_sms",
    may: "records:push",
    pushes: () => SMS,
    refuse: () => ({ status: 401, body: undefined }),
    tag: "Compatibility",
    summary: "Send one SMS through the installed Twilio connection",
    description:
      "401 (X-Hub-Token) and 406 (not JSON) have no body; every other failure says in `summary` what is wrong.",
    ownBody: { "application/json": flowlinkRequest },
    headers: { "X-Hub-Token": "An API key, once there is one." },
    answers: {
      200: answer,
      401: null,
      404: answer,
      406: null,
      409: answer,
      413: answer,
      422: answer,
      500: answer,
      503: answer,
    },
    errors: [],
    ownErrors: true,
    anyQuery: true,
    async handle({ request, requestId }) {
      let body: Json = null;
      try {
        body = parseJson(await readBody(request, deps.bodyLimitBytes));
        check(body);
        // `check` has just proved the shape.
        return await accept(deps, body as unknown as FlowlinkRequest);
      } catch (thrown) {
        return toAnswer(toPatchbayError(thrown), { requestId, body });
      }
    },
  });
}

async function accept(deps: FlowlinkDeps, { request_id, parameters, sms }: FlowlinkRequest) {
  requireSender(deps.installer, parameters.twilio_account_sid);
  const { phone, message, from } = sms;
  const id = `flowlink-${request_id}`;
  const document: JsonObject = { id, phone, message, ...(from === undefined ? {} : { from }) };
  const done = { status: 200, body: { request_id, summary: `SMS "${message}" accepted for ${phone}` } };
  if (await isRepetition(deps.store, { id, document })) return done;
  const { verdict, decisions, quarantineId, problems } = await deps.engine.accept({ dataType: SMS, document });
  if (verdict === "quarantined") {
    const summary = `SMS for ${phone} is held for an operator as ${quarantineId}: ${describeProblems(problems)}`;
    return { status: 200, body: { request_id, summary } };
  }
  const sends = decisions.filter(({ flow }) => sendsSms(deps.installer.catalog().flow(flow)));
  if (verdict !== "unchanged" && !sends.some((decision) => decision.verdict === "fired")) {
    const why = sends.map(({ flow, reason }) => `${flow}: ${reason}`).join("; ") || "no flow was started";
    throw new PatchbayError("REQUEST_INVALID", `The SMS was kept as ${SMS} ${id}, but nothing sends it (${why})`);
  }
  return done;
}

/**
 * Tells whether this request was taken before.
 * @throws IDEMPOTENCY_KEY_REUSED when its id was used for another SMS: sending that is never what a replay means.
 */
async function isRepetition(
  store: ApiDeps["store"],
  { id, document }: { id: string; document: JsonObject },
): Promise<boolean> {
  if ((await store.records.version(SMS, id)) === 0) return false;
  const before = (await store.records.get(SMS, id))?.document;
  const same = before !== undefined && ["phone", "message", "from"].every((name) => before[name] === document[name]);
  if (same) return true;
  throw new PatchbayError("IDEMPOTENCY_KEY_REUSED", "request_id was used for another SMS; send a new one", {
    remedy: "Give every SMS a request_id of its own.",
  });
}

/** Credentials come from the installed connection only; a body that names another account is for somebody else. */
function requireSender(installer: ApiDeps["installer"], accountSid: string): void {
  const catalog = installer.catalog();
  const senders = catalog.flows().filter(sendsSms);
  const sender = senders.find(({ active }) => active);
  if (sender === undefined) {
    const what = senders.map(({ version }) => `"${version.flow.title}" (${version.flow.name})`).join(" or ");
    const todo = what === "" ? "install the collection twilio and activate its flow" : `activate the flow ${what}`;
    throw new PatchbayError("REQUEST_INVALID", `No active flow sends ${SMS} records: ${todo}`);
  }
  const connection = sender.version.flow.steps.find((step) => step.kind === "call" && step.endpoint === SEND);
  const collection = connection?.kind === "call" ? (connection.connection.split("/")[0] ?? null) : null;
  if (catalog.parameters(collection).accountSid === accountSid) return;
  throw new PatchbayError(
    "REQUEST_INVALID",
    `parameters.twilio_account_sid is not the account of the installed Twilio connection; accounts are set by installing the collection ${collection}`,
  );
}

function sendsSms(flow: InstalledFlow | null): boolean {
  if (flow === null) return false;
  const { on, steps } = flow.version.flow;
  if (on.kind !== "record" || on.dataType !== SMS || !on.events.includes("created")) return false;
  return steps.some((step) => step.kind === "call" && step.endpoint === SEND);
}

/** Gives a failure in the seed's form: what went wrong is in `summary`, and the status tells who can mend it. */
function toAnswer(
  error: PatchbayError,
  { requestId, body }: { requestId: string; body: Json },
): Answer<FlowlinkAnswer | undefined> {
  const { code, message, status } = error;
  if (code === "BODY_EMPTY" || code === "BODY_NOT_JSON") return { status: 406, body: undefined, error };
  const given = isJsonObject(body) ? body.request_id : null;
  const request_id = typeof given === "string" ? given : null;
  const summary = code === "INTERNAL_ERROR" ? `Patchbay failed; its log says more about ${requestId}` : message;
  const headers = { ...headersFor(error), "Content-Type": "application/json;charset=utf-8" };
  return { status: code === "REQUEST_INVALID" ? 422 : status, body: { request_id, summary }, headers, error };
}
