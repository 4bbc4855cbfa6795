import type { Http } from "../../http/http.js";
import { toSmtpError } from "./errors.js";
import { createMailPool } from "./mail-pool.js";
import type { EmailSettings } from "./settings.js";
import { type Handover, type Mail, openSmtpSession, type Taken } from "./smtp-session.js";

/** What one connection sends e-mails by. */
export interface EmailClient {
  readonly settings: EmailSettings;
  /** @throws The errors of a connection's `send`. */
  send(mail: Mail): Promise<Taken>;
  close(): void;
}

const IDLE_MS = 20_000;
const MOST_MAILS = 100;

/** Makes the client of one account; connects when there is something to send. */
export function createEmailClient(settings: EmailSettings, http: Pick<Http, "connect">): EmailClient {
  const timeoutMs = settings.timeoutSeconds * 1_000;
  const host = `${settings.host}:${settings.port}`;
  const hide = hiding(settings);
  const pool = createMailPool({
    open: () => openSmtpSession(settings, http),
    most: settings.maxConnections,
    idleMs: IDLE_MS,
    mostMails: MOST_MAILS,
    waitMs: timeoutMs,
  });

  async function attempt(mail: Mail, handover: Handover): Promise<{ taken: Taken } | { stale: unknown }> {
    const session = await pool.take();
    const isUsed = session.taken() > 0;
    try {
      return { taken: await session.send(mail, handover, timeoutMs) };
    } catch (error) {
      if (isUsed && !handover.done && isSilence(error)) return { stale: error };
      throw error;
    } finally {
      pool.giveBack(session);
    }
  }

  return {
    settings,
    close: pool.close,
    send: async (mail) => {
      const handover = { done: false };
      try {
        for (let attempts = 0; ; attempts++) {
          const outcome = await attempt(mail, handover);
          if ("taken" in outcome) return outcome.taken;
          // A server may close a connection that was kept open: the e-mail certainly did not leave by it.
          if (attempts >= settings.maxConnections) throw outcome.stale;
        }
      } catch (error) {
        throw toSmtpError(error, { host, handedOver: handover.done, hide });
      }
    },
  };
}

/** Whether a connection was gone before the server said anything about the e-mail. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && !("responseCode" in error && error.responseCode);
}

/** Takes the login out of a text: a server may repeat what it was given. */
function hiding({ user = "", password = "" }: EmailSettings): (text: string) => string {
  const secrets = [password, toBase64(password), toBase64(`\u0000${user}\u0000${password}`)].filter(
    () => password !== "",
  );
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text);
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
