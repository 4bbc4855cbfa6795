import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parse } from "node:querystring";
import { nowMs } from "./clock.js";
import { orderNumberIn } from "./order.js";
import { ACCOUNT, type StubAccount, type StubAnswer, type StubQuestion } from "./stub-protocol.js";
import { createReports } from "./stub-reports.js";

// A process of its own: answers 201 to every text at once (or as late as it was told to), remembers when the text about each
// order arrived, and reports what became of it where the text says where to.

const arrivedAtMs: number[] = [];
const textsAbout: number[] = [];
let texts = 0;
let strangers = 0;
let delayMs = 0;
const reports = createReports();

function takeText(request: IncomingMessage, response: ServerResponse): void {
  const atMs = nowMs();
  let form = "";
  request.setEncoding("latin1");
  request.on("data", (chunk: string) => {
    form += chunk;
  });
  request.on("end", () => {
    const problem = problemWith(request, form);
    if (problem !== null) return refuse(response, problem);
    note(form, atMs);
    const fields = parse(form);
    const sid = `SM${texts.toString(16).padStart(32, "0")}`;
    const take = (): void => accept(response, sid, fields);
    if (delayMs === 0) take();
    else setTimeout(take, delayMs);
  });
}

function accept(response: ServerResponse, sid: string, fields: NodeJS.Dict<string | string[]>): void {
  const body = messageResource(sid, fields);
  response.writeHead(201, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
  response.end(body);
  const { StatusCallback, To, From } = fields;
  if (StatusCallback === undefined) return;
  reports.report({ callbackUrl: String(StatusCallback), sid, to: String(To), from: String(From) });
}

function note(form: string, atMs: number): void {
  texts += 1;
  const number = orderNumberIn(form);
  if (number === null) {
    strangers += 1;
    return;
  }
  arrivedAtMs[number] ??= atMs;
  textsAbout[number] = (textsAbout[number] ?? 0) + 1;
}

/** The work is a form-encoded POST with Basic auth: anything else would be another, cheaper work. */
function problemWith({ method, url, headers }: IncomingMessage, form: string): string | null {
  if (method !== "POST" || !url?.endsWith("/Messages.json")) return `${method} ${url} is not POST …/Messages.json`;
  if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return "The body is not form-encoded";
  if (!headers.authorization?.startsWith("Basic ")) return "There is no Basic auth";
  if (!form.includes("To=%2B")) return "To is not an E.164 number";
  return null;
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(400, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ code: 21211, message, more_info: "", status: 400 }));
}

/** A message as Twilio answers it. Source: https://www.twilio.com/docs/messaging/api/message-resource */
function messageResource(sid: string, { To, From, Body }: NodeJS.Dict<string | string[]>): string {
  const uri = `/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}`;
  return JSON.stringify({
    account_sid: ACCOUNT,
    api_version: "2010-04-01",
    body: Body,
    date_created: "Tue, 03 Feb 2026 17:29:16 +0000",
    date_sent: null,
    date_updated: "Tue, 03 Feb 2026 17:29:16 +0000",
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: From,
    messaging_service_sid: null,
    num_media: "0",
    num_segments: "1",
    price: null,
    price_unit: "USD",
    sid,
    status: "queued",
    subresource_uris: { media: `${uri}/Media.json` },
    to: To,
    uri: `${uri}.json`,
  });
}

function accountFor(from: number, to: number): StubAccount {
  const missing: number[] = [];
  const repeated: number[] = [];
  for (let number = from; number < to; number++) {
    const count = textsAbout[number] ?? 0;
    if (count === 0) missing.push(number);
    if (count > 1) repeated.push(number);
  }
  const firstMissing = missing[0] ?? null;
  return { missing: missing.length, repeated: repeated.length, strangers, firstMissing, reports: reports.counts() };
}

function answer(question: StubQuestion): StubAnswer {
  const { id } = question;
  if (question.ask === "count") return { id, texts, atMs: nowMs() };
  if (question.ask === "delay") {
    ({ delayMs } = question);
    return { id, delayMs };
  }
  const { from, to } = question;
  if (question.ask === "account") return { id, account: accountFor(from, to) };
  return { id, arrivals: Array.from({ length: to - from }, (_, at) => arrivedAtMs[from + at] ?? null) };
}

const server = createServer({ keepAliveTimeout: 60_000 }, takeText);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
});
process.on("message", (question: StubQuestion) => process.send?.(answer(question)));
process.on("disconnect", () => process.exit(0));
