import type { SealedBy } from "../../core/sealed-by.js";
import { array, flag, integer, named, nullable, object, oneOf, type Static, text } from "./schema.js";

const sealedBy = ["current", "previous", "unknown"] as const satisfies readonly SealedBy[];

const collectionSecrets = object({
  collection: text(),
  parameters: array(text()),
  sealedBy: nullable(oneOf(sealedBy)),
});

/** What secrets there are and which PATCHBAY_SECRET has sealed them; never what they are. */
export const secretList = named(
  "Secrets",
  object({
    collections: array(collectionSecrets),
    secondFactors: object({ current: integer(), previous: integer(), unknown: integer() }),
    /** The data key that people are sealed under in the database; null where they are in the clear. */
    dataKey: nullable(oneOf(sealedBy)),
  }),
);
export type SecretListView = Static<typeof secretList>;

export const rotation = named(
  "SecretRotation",
  object({
    /** Collections whose secrets were sealed anew. */
    resealed: array(text()),
    secondFactors: integer(),
    /** Whether the data key that people are sealed under was. */
    dataKey: flag(),
    /** Collections whose secrets no known PATCHBAY_SECRET opens. */
    unreadable: array(text()),
  }),
);
export type RotationView = Static<typeof rotation>;

export const secretValue = object({ value: nullable(text({ minLength: 1 })) });

export const secretSet = object({ collection: text(), parameter: text(), set: flag() });
