import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * The public address of the server, as a proxy in front of it would be: it stays the same through all lives, and it knows
 * which of the vendor's reports the server has taken. What it took must be in its ledger; what came while it was dead
 * need not.
 */
export interface FrontDoor {
  readonly url: string;
  /** By message SID, the statuses whose report was answered with 2xx. */
  readonly taken: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many reports came, and how many of them found no server or no answer. */
  readonly reports: { came: number; lost: number };
  stop(): void;
}

/** @param target Where the server listens now; null when it does not. */
export async function openFrontDoor(target: () => string | null): Promise<FrontDoor> {
  const taken = new Map<string, Set<string>>();
  const reports = { came: 0, lost: 0 };
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = createServer((incoming, response) => {
    reports.came += 1;
    passOn(incoming, { response, url: target(), agent })
      .then(({ status, body }) => {
        if (status >= 200 && status < 300) note(body, taken);
      })
      .catch(() => {
        // As when nobody listens: the vendor learns nothing.
        reports.lost += 1;
        response.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has this
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    reports,
    stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

async function passOn(
  incoming: IncomingMessage,
  { response, url, agent }: { response: ServerResponse; url: string | null; agent: Agent },
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const body = await buffer(incoming);
  if (url === null) throw new Error("no server");
  const answer = await forward({ incoming, body, target: new URL(incoming.url ?? "/", url), agent });
  const status = answer.statusCode ?? 502;
  const content = await buffer(answer);
  response.writeHead(status, { "Content-Type": answer.headers["content-type"] ?? "text/plain" });
  response.end(content);
  return { status, body };
}

function forward({
  incoming,
  body,
  target,
  agent,
}: {
  incoming: IncomingMessage;
  body: Buffer;
  target: URL;
  agent: Agent;
}): Promise<IncomingMessage> {
  const { connection: _connection, "transfer-encoding": _encoding, ...headers } = incoming.headers;
  return new Promise((resolve, reject) => {
    const sent = request(target, { method: incoming.method, headers, agent }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Notes whose status was taken. */
function note(body: Buffer, taken: Map<string, Set<string>>): void {
  const form = new URLSearchParams(body.toString("utf8"));
  const sid = form.get("MessageSid");
  const status = form.get("MessageStatus");
  if (sid === null || status === null) return;
  taken.set(sid, (taken.get(sid) ?? new Set<string>()).add(status));
}
