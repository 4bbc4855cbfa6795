import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPConnectionSendInfo } from "nodemailer/lib/smtp-connection";
import type { Http } from "../../http/http.js";
import { type EmailSettings, securityOf } from "./settings.js";

/** An e-mail, written, with whom it goes to. */
export interface Mail {
  readonly from: string;
  /** The one it is for; when it is refused, so is the e-mail. */
  readonly to: string;
  readonly copies: readonly string[];
  readonly bytes: Buffer;
}

/** How far an e-mail has come. */
export interface Handover {
  /** Whether the server may have all of it. */
  done: boolean;
}

/** What the server said. */
export interface Taken {
  readonly reply: string;
  /** Copies that the server refused. */
  readonly refused: readonly string[];
}

/** One connection to the mail server, logged in. */
export interface SmtpSession {
  /**
   * Sends one e-mail. After a failure the session is not usable any more.
   * @param handover Is told when the end of the e-mail is handed over.
   * @throws What the mail library throws.
   */
  send(mail: Mail, handover: Handover, timeoutMs: number): Promise<Taken>;
  readonly isUsable: () => boolean;
  /** E-mails that it has taken. */
  readonly taken: () => number;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MOST_REPLY_BYTES = 65_536;
const CHUNK_BYTES = 65_536;

/**
 * Connects to the mail server, protects the connection and logs in.
 * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE, and what the mail library throws.
 */
export async function openSmtpSession(settings: EmailSettings, http: Pick<Http, "connect">): Promise<SmtpSession> {
  const { host, port, ca, timeoutSeconds } = settings;
  // Loaded with the first e-mail: a server that sends none starts without its twenty files.
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const timeoutMs = Math.min(timeoutSeconds * 1_000, CONNECT_TIMEOUT_MS);
  const socket = await http.connect({ hostname: host, port }, timeoutMs);
  const security = securityOf(settings);
  const connection = new Connection({
    host,
    port,
    connection: socket,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca !== undefined && { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutSeconds * 1_000,
    maxResponseSize: MOST_REPLY_BYTES,
  });
  const line = listen(connection);
  try {
    await line.doing((done) => connection.connect(done), timeoutMs * 2);
    await line.doing((done) => logIn(connection, settings, done), timeoutMs);
  } catch (error) {
    connection.close();
    throw error;
  }
  let taken = 0;
  return {
    send: async (mail, handover, withinMs) => {
      try {
        const info = await transmit({ connection, line }, { mail, handover }, withinMs);
        taken += 1;
        return { reply: info.response, refused: info.rejected };
      } catch (error) {
        connection.close();
        throw error;
      }
    },
    isUsable: () => !line.isOver(),
    taken: () => taken,
    close: () => (line.isOver() ? connection.close() : connection.quit()),
  };
}

type Done<Result> = (error?: Error | null, result?: Result) => void;

/** What goes on with a connection, as promises. */
interface Line {
  /** Ends when `work` calls back, when the connection fails or ends, or when it takes too long. */
  doing<Result>(work: (done: Done<Result>) => void, timeoutMs: number): Promise<Result | undefined>;
  isOver(): boolean;
}

function listen(connection: SMTPConnection): Line {
  let over = false;
  let fail: ((error: Error) => void) | null = null;
  const end = (error: Error): void => {
    over = true;
    fail?.(error);
  };
  connection.on("error", end);
  connection.on("end", () => end(new Error("the connection was closed")));
  return {
    isOver: () => over,
    doing: async (work, timeoutMs) => {
      if (over) throw new Error("the connection was closed");
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise((resolve, reject) => {
          fail = reject;
          timer = setTimeout(() => {
            reject(new Error(`no answer within ${timeoutMs} ms`));
            connection.close();
          }, timeoutMs);
          work((error, result) => (error ? reject(error) : resolve(result)));
        });
      } finally {
        clearTimeout(timer);
        fail = null;
      }
    },
  };
}

function logIn(connection: SMTPConnection, { user, password, authMethod }: EmailSettings, done: Done<boolean>): void {
  if (user === undefined || password === undefined) {
    done(null);
    return;
  }
  connection.login(
    { user, pass: password, ...(authMethod !== undefined && { method: authMethod.toUpperCase() }) },
    done,
  );
}

async function transmit(
  { connection, line }: { connection: SMTPConnection; line: Line },
  { mail, handover }: { mail: Mail; handover: Handover },
  timeoutMs: number,
): Promise<SMTPConnectionSendInfo> {
  const { from, to, copies, bytes } = mail;
  const content = new Outgoing(bytes, {
    refusal: () => refusalOf(connection, to),
    onEnd: () => {
      handover.done = true;
    },
  });
  const envelope = { from, to: [to, ...copies], size: bytes.length };
  const sent = await line.doing<SMTPConnectionSendInfo>(
    (done) => connection.send(envelope, content, (error, info) => done(content.refused ?? error, info)),
    timeoutMs,
  );
  if (sent === undefined) throw new Error("the mail library said nothing about the e-mail");
  return sent;
}

/** An e-mail on its way out. It is asked for after the server has answered for every recipient. */
class Outgoing extends Readable {
  refused: Error | null = null;
  readonly #bytes: Buffer;
  readonly #asks: { readonly refusal: () => Error | null; readonly onEnd: () => void };
  #at = 0;

  constructor(bytes: Buffer, asks: { refusal: () => Error | null; onEnd: () => void }) {
    super();
    this.#bytes = bytes;
    this.#asks = asks;
  }

  override _read(): void {
    if (this.#at === 0) {
      this.refused = this.#asks.refusal();
      if (this.refused !== null) {
        // The library marks what it is given as an error of the stream.
        this.destroy(new Error("the recipient was refused"));
        return;
      }
    }
    if (this.#at >= this.#bytes.length) {
      this.#asks.onEnd();
      this.push(null);
      return;
    }
    const chunk = this.#bytes.subarray(this.#at, this.#at + CHUNK_BYTES);
    this.#at += chunk.length;
    this.push(chunk);
  }
}

/**
 * Why the server refused the one recipient; null when it did not. Asked before the first byte of the e-mail: one that reached
 * only the copies would be worse than none. The library keeps it to itself until the e-mail is sent.
 */
function refusalOf(connection: SMTPConnection, to: string): Error | null {
  const { _envelope: envelope } = connection as unknown as { _envelope?: { rejectedErrors?: readonly Refused[] } };
  return envelope?.rejectedErrors?.find(({ recipient }) => recipient === to) ?? null;
}

interface Refused extends Error {
  readonly recipient?: string;
}
