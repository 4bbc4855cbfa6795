import { createHmac } from "node:crypto";
import { connect } from "node:net";
import twilio from "twilio";
import { type Attempt, MOST_WAIT_MS, type Outcome } from "./attempt.js";
import type { FuzzServer } from "./server.js";

/** Makes a request byte by byte, as no library would let us, and waits for the answer. */
export async function send(attempt: Attempt, server: FuzzServer): Promise<Outcome> {
  const bytes = toBytes(await atTheProvider(attempt, server), server);
  const [beganAt, cpuBefore] = [performance.now(), server.cpuMs()];
  const text = await exchange(bytes, { port: server.port, mayBeShort: attempt.kind === "headers" });
  const cpuAfter = server.cpuMs();
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  return {
    status: status === undefined ? null : Number(status),
    elapsedMs: performance.now() - beganAt,
    cpuMs: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
    text,
  };
}

/** Has somebody go to the sign-in provider, for attempts that come back from there. */
async function atTheProvider(attempt: Attempt, server: FuzzServer): Promise<Attempt> {
  if (!attempt.target.includes("<state>")) return attempt;
  const { state, kept } = await server.goToProvider();
  return {
    ...attempt,
    target: attempt.target.replaceAll("<state>", state),
    headers: attempt.headers.map(([name, value]) => [name, value.replaceAll("<kept>", kept)] as const),
  };
}

function toBytes(attempt: Attempt, server: FuzzServer): Buffer {
  const { method, headers, body = "", repeat = 1 } = attempt;
  const target = attempt.target.replace(/<(\w+)>/g, (written, name) => server.hooks[name] ?? written);
  if (attempt.bundle !== undefined) server.serve(Buffer.from(attempt.bundle, "base64"));
  const content = Buffer.from(body.replace("<bundle>", server.bundleUrl).repeat(repeat));
  const own = headers.map(([name]) => name.toLowerCase());
  const added = [
    ["Host", `127.0.0.1:${server.port}`],
    ["Authorization", `Bearer ${server.key}`],
    ["Connection", "close"],
    ...(content.length > 0 ? [["Content-Length", String(content.length)]] : []),
    ...signatureOf(attempt, { content, url: `${server.publicUrl}${target}`, server }),
  ].filter(([name = ""]) => !own.includes(name.toLowerCase()));
  const lines = [...added, ...headers].map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${[`${method} ${target} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`), content]);
}

function signatureOf(
  { sign }: Attempt,
  { content, url, server }: { content: Buffer; url: string; server: FuzzServer },
): string[][] {
  if (sign === undefined) return [];
  if (sign === "twilio") {
    const fields: Record<string, string | string[]> = Object.create(null);
    for (const [name, value] of new URLSearchParams(content.toString()))
      fields[name] = [fields[name] ?? [], value].flat();
    const signature = twilio.getExpectedTwilioSignature(server.authToken, url, fields);
    return [["X-Twilio-Signature", signature]];
  }
  const hmac = createHmac("sha256", server.shopSecret).update(content).digest("base64");
  return [[sign === "shopify" ? "X-Shopify-Hmac-Sha256" : "X-WC-Webhook-Signature", hmac]];
}

/** Gives what came back until the answer was complete, the connection closed or the time was over. */
function exchange(bytes: Buffer, { port, mayBeShort }: { port: number; mayBeShort: boolean }): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(finish, MOST_WAIT_MS + 1_000);
    socket.on("error", finish).on("close", finish);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (isComplete(text)) finish();
    });
    // A request that promises more than it has would be waited for. Node does not answer a caller who has hung up by half.
    if (mayBeShort) socket.end(bytes);
    else socket.write(bytes);
  });
}

function isComplete(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const head = text.slice(0, end);
  if (/^content-type: text\/event-stream/im.test(head)) return true;
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined) return text.length - end - 4 >= Number(length);
  return /^transfer-encoding: chunked/im.test(head)
    ? text.endsWith("0\r\n\r\n")
    : / (204|304) /.test(head.slice(0, 20));
}
