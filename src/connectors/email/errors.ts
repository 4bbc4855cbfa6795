import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";

/** What the mail server or the way to it did, as far as the mail library says. */
export interface SmtpFailure extends Error {
  readonly code?: string | undefined;
  /** Of a system error that was given another code. */
  readonly originalCode?: string | undefined;
  /** The server's reply in its own words. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  /** What it replied to: MAIL FROM, RCPT TO, DATA, AUTH PLAIN, CONN. */
  readonly command?: string | undefined;
}

/** What a failure is judged by besides itself. */
export interface SmtpProgress {
  readonly host: string;
  /** Whether the end of the e-mail may have reached the server: from then on it may have been taken. */
  readonly handedOver: boolean;
  /** Takes credentials out of a text that the server may have echoed. */
  readonly hide: (text: string) => string;
}

/** A class of failure in our words, with what to do. */
interface Meaning {
  readonly code: ErrorCode;
  readonly headline: string;
  readonly remedy?: string;
  readonly retryAfterMs?: number;
}

const MOST_REPLY = 500;
/** How long a server is left alone that says it has too much to do. */
const BUSY_MS = 5_000;

const certificate = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ERR_TLS|ERR_SSL|EPROTO/;

/**
 * Names a failure by what it means for the e-mail.
 *
 * A reply decides: 4xx and 5xx say that the e-mail was not taken, whatever they are a reply to, and a server takes it only
 * with its reply to the end of the data. Without a reply the e-mail may have been taken once its end was handed over.
 *
 * Source: RFC 5321, 4.2.1 and 4.5.3.2.6
 */
export function toSmtpError(error: unknown, { host, handedOver, hide }: SmtpProgress): PatchbayError {
  if (error instanceof PatchbayError) return error;
  const failure: SmtpFailure = error instanceof Error ? error : new Error(String(error));
  const { responseCode, response } = failure;
  const isReply = responseCode !== undefined && responseCode >= 400 && responseCode <= 599;
  const meaning = isReply ? meaningOfReply(failure, responseCode) : meaningOfSilence(failure, handedOver);
  const said = isReply ? (response ?? `${responseCode}`) : failure.message;
  const reason = hide(oneLine(said)).slice(0, MOST_REPLY);
  const { code, headline, remedy, retryAfterMs } = meaning;
  return new PatchbayError(code, `${headline} (${host}): ${reason}`, {
    host,
    ...(isReply && { vendorCode: String(responseCode), response: { reply: reason, to: failure.command ?? "" } }),
    ...(remedy !== undefined && { remedy }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function meaningOfReply({ command = "", response = "" }: SmtpFailure, status: number): Meaning {
  if (status < 500) return meaningOfDelay(command);
  if (command.startsWith("AUTH")) return badLogin;
  if (command === "STARTTLS") return withoutStarttls;
  if (command.startsWith("RCPT")) {
    return isLogin(status) ? badLogin : { code: "ENDPOINT_REFUSED", headline: "The mail server refuses the recipient" };
  }
  if (command.startsWith("MAIL")) {
    if (isLogin(status)) return badLogin;
    if (status === 552 || /\b5\.3\.4\b/.test(response)) return refused;
    return {
      code: "ENDPOINT_MISCONFIGURED",
      headline: "The mail server does not let us send as this sender",
      remedy: "Set `from` to an address that the mail server accepts from this login.",
    };
  }
  if (command === "DATA") return refused;
  return {
    code: "ENDPOINT_MISCONFIGURED",
    headline: "The mail server does not talk to us",
    remedy: "Check host and port, and whether the mail server takes mail from this machine.",
  };
}

const refused: Meaning = { code: "ENDPOINT_REFUSED", headline: "The mail server refuses the e-mail" };

const badLogin: Meaning = {
  code: "ENDPOINT_MISCONFIGURED",
  headline: "The mail server does not accept the login",
  remedy: "Correct user name and password. Some providers want a password made for this application.",
};

const withoutStarttls: Meaning = {
  code: "ENDPOINT_MISCONFIGURED",
  headline: "The mail server offers no protection by STARTTLS",
  remedy: "Use the port that has it (587, or 465 with `security: tls`). `security: none` sends everything readable.",
};

/** A recipient that is put off (greylisting, a full mailbox) says nothing about others; all else keeps the server busy. */
function meaningOfDelay(command: string): Meaning {
  const retryAfterMs = command.startsWith("RCPT") ? 0 : BUSY_MS;
  const headline = "The mail server asks us to come back later";
  return { code: "ENDPOINT_BUSY", headline, retryAfterMs };
}

function meaningOfSilence({ code = "", originalCode = "", message }: SmtpFailure, handedOver: boolean): Meaning {
  if (handedOver) {
    return {
      code: "ENDPOINT_OUTCOME_UNKNOWN",
      headline: "The e-mail was handed over, and the mail server did not say whether it takes it",
      remedy:
        "Look at the mail server's log or ask the recipient: it is not sent again by itself, so that nobody gets it twice.",
    };
  }
  if (code === "EMESSAGE") return refused;
  if (code === "EAUTH") return badLogin;
  const isCertificate = certificate.test(originalCode) || /certificate/i.test(message);
  if (isCertificate) {
    return {
      code: "ENDPOINT_MISCONFIGURED",
      headline: "The mail server's certificate is not to be trusted, or it does not speak TLS here",
      remedy: "Check host, port and `security`; for a certificate authority of your own, give its certificate as `ca`.",
    };
  }
  return { code: "ENDPOINT_UNREACHABLE", headline: "The mail server cannot be reached" };
}

function isLogin(status: number): boolean {
  return status === 530 || status === 534 || status === 535 || status === 538;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
