import { named, object, oneOf, type Static, text } from "./schema.js";

/** The process answers. */
export const health = named("Health", object({ status: oneOf(["alive", "ready"]), version: text() }));

export type HealthView = Static<typeof health>;
