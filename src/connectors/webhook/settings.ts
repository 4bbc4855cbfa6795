import type { JsonSchema } from "../../core/json.js";
import { TOPIC_SHAPE } from "../../core/webhook-delivery.js";

/** How a connection knows that a request comes from who it says. */
export const verifications = ["hmac", "header", "basic", "none"] as const;

/** Settings of a connection that receives. */
export interface WebhookSettings {
  readonly verification: (typeof verifications)[number];
  /** The key of the signature, the value of the header, or the password. */
  readonly secret?: string;
  /** Holds as well, while the secret is being replaced. */
  readonly otherSecret?: string;
  /** `hmac`: where the signature is; `header`: where the secret is. Lower case when it is used. */
  readonly header?: string;
  readonly algorithm: "sha256" | "sha1" | "sha512";
  readonly encoding: "base64" | "hex";
  /** What stands in front of the signature or the secret, such as `sha256=`. */
  readonly prefix?: string;
  /** What is signed: `{body}`, `{timestamp}` and `{id}` stand for what came. */
  readonly signed?: string;
  readonly timestampHeader?: string;
  readonly toleranceSeconds: number;
  readonly username?: string;
  readonly topicHeader?: string;
  readonly topicPath?: string;
  readonly topic?: string;
  readonly idHeader?: string;
  readonly idPath?: string;
  readonly ping?: string;
}

const headerName = { type: "string", pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" } as const;
const pointer = { type: "string", pattern: "^(/([^/~]|~[01])+)+$", maxLength: 200 } as const;
const secret = { type: "string", minLength: 8, maxLength: 1_000, writeOnly: true } as const;

/** Schema of the settings. What goes together says `problemOf`. */
export const webhookSettingsSchema: JsonSchema = {
  type: "object",
  required: ["verification"],
  additionalProperties: false,
  properties: {
    verification: { enum: [...verifications] },
    secret,
    otherSecret: secret,
    header: headerName,
    algorithm: { enum: ["sha256", "sha1", "sha512"], default: "sha256" },
    encoding: { enum: ["base64", "hex"], default: "hex" },
    prefix: { type: "string", minLength: 1, maxLength: 100 },
    signed: { type: "string", pattern: "\\{body\\}", maxLength: 200 },
    timestampHeader: headerName,
    toleranceSeconds: { type: "integer", minimum: 1, maximum: 86_400, default: 300 },
    username: { type: "string", minLength: 1, maxLength: 200, pattern: "^[^:]+$" },
    topicHeader: headerName,
    topicPath: pointer,
    topic: { type: "string", pattern: TOPIC_SHAPE },
    idHeader: headerName,
    idPath: pointer,
    ping: {
      type: "string",
      minLength: 1,
      maxLength: 100,
      description: "Name of the only field of an unsigned form by which the sender tries the address.",
    },
  },
};

/** Members that mean nothing without another, and those that a kind of verification needs. */
const needed: readonly (readonly [
  when: (given: WebhookSettings) => boolean,
  needs: keyof WebhookSettings,
  why: string,
])[] = [
  [({ verification }) => verification !== "none", "secret", "nobody can be told from anybody else without it"],
  [({ verification }) => verification === "hmac" || verification === "header", "header", "it says where to look"],
  [({ verification }) => verification === "basic", "username", "basic authentication has one"],
  [({ signed }) => signed?.includes("{timestamp}") === true, "timestampHeader", "{timestamp} in signed stands for it"],
  [({ signed }) => signed?.includes("{id}") === true, "idHeader", "{id} in signed stands for it"],
];

const useless: readonly (readonly [
  when: (given: WebhookSettings) => boolean,
  name: keyof WebhookSettings,
  why: string,
])[] = [
  [({ verification }) => verification === "none", "secret", "verification is none"],
  [({ secret: first }) => first === undefined, "otherSecret", "there is no secret"],
  [({ verification }) => verification !== "hmac", "signed", "only a signature (hmac) covers anything"],
  [
    ({ verification }) => verification !== "hmac",
    "timestampHeader",
    "a time proves nothing unless it is signed (hmac)",
  ],
  [({ verification }) => verification === "basic" || verification === "none", "header", "it is not looked at"],
  [
    ({ verification }) => verification === "basic" || verification === "none",
    "prefix",
    "there is nothing to stand before",
  ],
  [({ verification }) => verification !== "basic", "username", "only basic has one"],
  [({ topic }) => topic !== undefined, "topicHeader", "topic says it for all"],
  [({ topic, topicHeader }) => (topic ?? topicHeader) !== undefined, "topicPath", "the topic is known already"],
  [({ idHeader }) => idHeader !== undefined, "idPath", "idHeader says it"],
];

/** Gives what does not go together, in plain words; null when everything does. */
export function problemOf(settings: WebhookSettings): string | null {
  for (const [when, name, why] of needed) {
    if (when(settings) && settings[name] === undefined) return `/${name} is required: ${why}`;
  }
  for (const [when, name, why] of useless) {
    if (when(settings) && settings[name] !== undefined) return `/${name} must be left out: ${why}`;
  }
  const { signed, timestampHeader } = settings;
  if (timestampHeader === undefined || signed === undefined || signed.includes("{timestamp}")) return null;
  return "/signed must have {timestamp} in it: a time that is not signed proves nothing";
}
