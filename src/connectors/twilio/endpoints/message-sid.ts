import type { JsonSchema } from "../../../core/json.js";

/** A payload that names one message. */
export interface MessageSidPayload {
  readonly sid: string;
}

/** Schema of a payload that names one message. */
export const messageSidSchema: JsonSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  required: ["sid"],
  properties: {
    sid: {
      type: "string",
      pattern: "^(SM|MM)[0-9a-fA-F]{32}$",
      description: "Twilio's message SID; what an earlier send-message step gives as =$steps.<id>.sid.",
    },
  },
});
