import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What the server does with a request. */
export type Script = (response: ServerResponse, seen: Seen) => void;

/** A server on loopback that does as it is told and remembers what it was asked. */
export interface ScriptedServer {
  readonly port: number;
  readonly url: string;
  readonly seen: Seen[];
  /** How many connections were ever opened. */
  connections: number;
  /** What happens from now on. */
  script: Script;
  close(): Promise<void>;
}

/** Answers with a status, a body and headers. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (response) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  };
}

export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const entry: Seen = {
        method: request.method!,
        path: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(entry);
      server.script(response, entry);
    });
  });
  http.on("connection", () => {
    server.connections += 1;
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const server: ScriptedServer = {
    port,
    url: `http://127.0.0.1:${port}`,
    seen,
    connections: 0,
    script,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}
