import { PatchbayError } from "../../core/errors.js";
import type { JsonSchema } from "../../core/json.js";
import { readMailbox } from "./address.js";

/** How the connection to the mail server is protected. */
export type Security = "starttls" | "tls" | "none";

/** One account at a mail server, checked. */
export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  readonly security?: Security;
  readonly user?: string;
  readonly password?: string;
  readonly authMethod?: "plain" | "login";
  readonly from: string;
  readonly replyTo?: string;
  readonly returnPath?: string;
  readonly ca?: string;
  readonly maxConnections: number;
  readonly timeoutSeconds: number;
}

const text = { type: "string", minLength: 1, maxLength: 300 } as const;

/** Settings of a connection to a mail server. */
export const emailSettingsSchema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  required: ["host", "from"],
  properties: {
    host: { ...text, title: "Mail server", pattern: "^[A-Za-z0-9.:_-]+$" },
    port: { type: "integer", title: "Port", minimum: 1, maximum: 65_535, default: 587 },
    security: {
      title: "Protection",
      description:
        "starttls (must be offered by the server), tls from the first byte, or none. Left out: tls on port 465, none on this machine, starttls elsewhere.",
      enum: ["starttls", "tls", "none"],
    },
    user: { ...text, title: "User name" },
    password: { ...text, title: "Password", maxLength: 1_000, writeOnly: true },
    authMethod: { title: "Login method", description: "The server's first when left out.", enum: ["plain", "login"] },
    from: { ...text, title: "Sender", description: "orders@example.com or Example Shop <orders@example.com>." },
    replyTo: { ...text, title: "Where answers go" },
    returnPath: {
      ...text,
      title: "Where the mail server reports failures to",
      description: "The sender when left out.",
    },
    ca: {
      type: "string",
      title: "Certificate authority",
      description:
        "PEM, for a server whose certificate is signed by an authority of your own; no other is trusted then.",
      maxLength: 100_000,
      pattern: "-----BEGIN CERTIFICATE-----",
    },
    maxConnections: { type: "integer", title: "Connections at a time", minimum: 1, maximum: 20, default: 3 },
    timeoutSeconds: { type: "integer", title: "Seconds for one e-mail", minimum: 1, maximum: 300, default: 60 },
  },
};

/** Gives how the connection is protected: as the settings say, else as the port and the host suggest. */
export function securityOf({ security, port, host }: EmailSettings): Security {
  if (security !== undefined) return security;
  if (port === 465) return "tls";
  return isThisMachine(host) ? "none" : "starttls";
}

/** @throws ENDPOINT_MISCONFIGURED, EMAIL_INVALID for settings that fit the schema and make no sense together. */
export function requireSensible(settings: EmailSettings): void {
  const { user, password, from, replyTo, returnPath, host } = settings;
  readMailbox(from, "/from");
  if (replyTo !== undefined) readMailbox(replyTo, "/replyTo");
  if (returnPath !== undefined) readMailbox(returnPath, "/returnPath");
  if ((user === undefined) !== (password === undefined)) {
    const path = user === undefined ? "/user" : "/password";
    throw misconfigured(path, "is missing: a login has a user name and a password");
  }
  if (password !== undefined && securityOf(settings) === "none" && !isThisMachine(host)) {
    throw misconfigured(
      "/security",
      `is none: the password would go to ${host} for everybody to read. Set starttls or tls`,
    );
  }
}

function misconfigured(path: string, message: string): PatchbayError {
  return new PatchbayError("ENDPOINT_MISCONFIGURED", `E-mail settings: ${path} ${message}`, {
    problems: [{ path, message }],
  });
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
