import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { stringify } from "node:querystring";
import { Pool } from "undici";

// A process of its own: the same work with nothing but node:http and undici. It checks nothing, keeps nothing and
// repeats nothing, so its rate is the limit of the machine.

interface Order {
  readonly id: string;
  readonly status: string;
  readonly shipping_address: { readonly phone: string };
}

const ACCOUNT = "AC00000000000000000000000000000000";
const PATH = `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`;
const HEADERS = {
  "Content-Type": "application/x-www-form-urlencoded",
  Authorization: `Basic ${Buffer.from(`${ACCOUNT}:bench`).toString("base64")}`,
};

const twilio = new Pool(process.argv[2] ?? "", { connections: 50, pipelining: 1 });
const wantsCallbacks = process.argv[3] === "callbacks";
/** Where reports about texts are taken, which it reads and forgets; null without them. */
let callbackUrl: string | null = null;

function take(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/orders") takeOrder(request, response);
  else request.resume().on("end", () => response.writeHead(204).end());
}

function takeOrder(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const order = JSON.parse(Buffer.concat(chunks).toString()) as Order;
    sendText(order).then(
      (status) => answer(response, status, order.id),
      () => answer(response, 502, order.id),
    );
  });
}

async function sendText({ id, status, shipping_address: { phone } }: Order): Promise<number> {
  const body = stringify({
    To: `+1${phone.replace(/\D/g, "")}`,
    From: "+15005550006",
    Body: `Order ID ${id} status ${status}!`,
    ...(callbackUrl === null ? {} : { StatusCallback: callbackUrl }),
  });
  const { statusCode, body: reply } = await twilio.request({ method: "POST", path: PATH, headers: HEADERS, body });
  JSON.parse(await reply.text());
  return statusCode;
}

function answer(response: ServerResponse, status: number, id: string): void {
  const body = JSON.stringify({ id });
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 60_000 }, take);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address !== "object" || address === null) return;
  if (wantsCallbacks) callbackUrl = `http://127.0.0.1:${address.port}/reports`;
  process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
