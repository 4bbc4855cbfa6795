import { described, flag, instant, integer, mapOf, named, object, type Static, text } from "./schema.js";

/** Who is to be erased. */
export const erasureRequest = named(
  "ErasureRequest",
  object(
    { contact: described("In E.164, or an e-mail address.", text({ minLength: 1, maxLength: 200 })) },
    { dryRun: described("Only say what would be erased.", flag({ default: false })) },
  ),
);

/** What was erased, without whom. */
export const erasure = named(
  "Erasure",
  object({
    contact: described("What stands where the contact stood.", text()),
    dryRun: flag(),
    at: instant,
    by: described("Who has asked.", text()),
    counts: described("Rows by table; a table that is not named had none.", mapOf(integer({ minimum: 1 }))),
    cancelledRuns: described("Unfinished runs that were cancelled first.", integer({ minimum: 0 })),
    keptOptOuts: described(
      "Opt-outs that hold: the contact stays in these, in the clear, so that they can be honoured.",
      integer({ minimum: 0 }),
    ),
  }),
);
export type ErasureView = Static<typeof erasure>;
