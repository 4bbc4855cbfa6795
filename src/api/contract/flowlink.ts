import { described, named, nullable, object, type Static, text, tolerant } from "./schema.js";

/** The answer of the compatible endpoint, for success and failure alike. */
export const flowlinkAnswer = named(
  "FlowlinkAnswer",
  object({
    request_id: described("As it was sent; null when the request had none.", nullable(text())),
    summary: described("What happened, for the people who run the store.", text()),
  }),
);

/** A request of the compatible endpoint: one SMS. */
export const flowlinkRequest = named(
  "FlowlinkRequest",
  tolerant(
    object({
      request_id: described(
        "Names the request: the same id never sends twice.",
        text({ minLength: 1, maxLength: 200 }),
      ),
      parameters: tolerant(
        object(
          { twilio_account_sid: described("Must be the installed Twilio connection's.", text({ minLength: 1 })) },
          { twilio_auth_token: described("Not used and not kept: the installed connection has its own.", text()) },
        ),
      ),
      sms: tolerant(
        object(
          { phone: text({ minLength: 1 }), message: text({ minLength: 1, maxLength: 1600 }) },
          { from: described("The sender; the installed connection's when absent.", text({ minLength: 1 })) },
        ),
      ),
    }),
  ),
);

export type FlowlinkAnswer = Static<typeof flowlinkAnswer>;
export type FlowlinkRequest = Static<typeof flowlinkRequest>;
