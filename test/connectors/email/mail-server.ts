import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { createEmailConnector } from "../../../src/connectors/email/connector.js";
import type { Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { openHttp } from "../../../src/http/open-http.js";
import { repositoryPath } from "../../collections/parts.js";

/** A certificate authority made for tests, and what it signed for localhost. */
export const certificates = JSON.parse(
  await readFile(repositoryPath("test/fixtures/connectors/email/certificates.json"), "utf8"),
) as { ca: string; cert: string; key: string };

export const login = { user: "shop", password: "pa55-w0rd" };

/** An e-mail as a server got it. */
export interface GotMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly secure: boolean;
  readonly user: string;
}

/** A mail server outside, on this machine. */
export interface MailServer {
  readonly port: number;
  readonly mails: GotMail[];
  /** Connections that were made. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** An error that the server answers with. */
export function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Starts a mail server that takes everything, from whoever has the login where it asks for one. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: GotMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    ...{ key: certificates.key, cert: certificates.cert, authOptional: true, logger: false, closeTimeout: 100 },
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      username === login.user && password === login.password
        ? done(null, { user: username })
        : done(reply(535, "5.7.8 Bad login")),
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onData: (stream, { envelope, secure, user }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, text: Buffer.concat(chunks).toString(), secure, user: String(user ?? "") });
        done(null, "2.0.0 Ok: queued as 4711" as unknown as undefined);
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** What a scripted server does with one line that the client sends; null: it hangs up. */
export type Answering = (line: string, count: number) => string | null | undefined;

/** Starts a server that answers as told, line by line: for what no real server does on request. */
export async function startScriptedServer(
  greeting: string | null,
  answering: Answering,
): Promise<Pick<MailServer, "port" | "close"> & { readonly lines: string[] }> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    let rest = "";
    socket.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\r\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        const said = answering(line, lines.filter((one) => one === line).length);
        if (said === null) socket.destroy();
        else if (said !== undefined) socket.write(`${said}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Answers as a mail server does that takes everything, except for what is told otherwise. */
export function usual(except: Answering): Answering {
  return (line, count) => {
    const special = except(line, count);
    if (special !== undefined) return special;
    if (/^(EHLO|HELO)/.test(line)) return "250 mail.test";
    if (/^(MAIL|RCPT|RSET)/.test(line)) return "250 2.1.0 Ok";
    if (line === "DATA") return "354 Go ahead";
    if (line === ".") return "250 2.0.0 Ok: queued";
    return line === "QUIT" ? "221 Bye" : undefined;
  };
}

/** A connection to a mail server, and what closes it. */
export interface TestConnection extends Connection {
  readonly http: Http;
}

/** Opens a connection to a server of this machine. */
export function connectTo(
  { port }: { readonly port: number },
  settings: JsonObject = {},
  allow: readonly string[] = ["127.0.0.1", "localhost"],
): TestConnection {
  const http = openHttp({ timeoutMs: 5_000, maxResponseBytes: 1_000, allow, userAgent: "patchbay-test" });
  const connection = createEmailConnector({ http }).open({
    ...{ host: "localhost", port, from: "Example Shop <orders@shop.example>" },
    ...settings,
  });
  return {
    ...connection,
    http,
    close: async () => {
      await connection.close();
      await http.close();
    },
  };
}

/** Sends a payload as the engine does. */
export async function sendBy(connection: Connection, payload: JsonObject, effectId = "eff_1") {
  const { request } = connection.prepare("send-email", payload);
  return connection.send("send-email", JSON.parse(JSON.stringify(request)) as JsonObject, {
    effectId,
    callbackUrl: null,
  });
}

export const hello: JsonObject = { to: "Jane Doe <Jane@Example.com>", subject: "Hello", text: "Your order is here." };
