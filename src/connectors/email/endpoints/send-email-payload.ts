import type { JsonSchema } from "../../../core/json.js";

/** One e-mail as a flow gives it, checked against the schema. */
export interface SendEmailPayload {
  readonly to: string;
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly from?: string;
  readonly replyTo?: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const MOST_COPIES = 10;
const MOST_CHARACTERS = 300_000;

const address = { type: "string", maxLength: 400 } as const;
const addresses = { type: "array", maxItems: MOST_COPIES, items: address } as const;

/** Schema of an e-mail's payload: closed, so that a misspelt member is an error and not an empty e-mail. */
export const sendEmailPayloadSchema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  required: ["to", "subject"],
  anyOf: [{ required: ["text"] }, { required: ["html"] }],
  properties: {
    to: { ...address, description: "The one recipient: jane@example.com or Jane Doe <jane@example.com>." },
    cc: {
      ...addresses,
      description: `Copies, ${MOST_COPIES} at most. Nobody asks for their consent: they are for colleagues.`,
    },
    bcc: { ...addresses, description: `Copies that nobody else sees, ${MOST_COPIES} at most.` },
    from: { ...address, description: "The connection's when left out." },
    replyTo: { ...address, description: "Where answers go; the connection's when left out." },
    subject: { type: "string", minLength: 1, maxLength: 500, description: "One line." },
    text: { type: "string", maxLength: MOST_CHARACTERS },
    html: {
      type: "string",
      maxLength: MOST_CHARACTERS,
      description: "Give text beside it for readers without HTML.",
    },
    headers: {
      type: "object",
      description:
        "List-Unsubscribe, List-Unsubscribe-Post, List-Id, In-Reply-To, References, Precedence, Importance and X-…",
      maxProperties: 20,
      additionalProperties: { type: "string", maxLength: 900 },
    },
  },
};
