import { processRoles, type SeenProcess } from "../../core/crew.js";
import { described, instant, named, object, oneOf, type Static, text, toInstant } from "./schema.js";

/** A Patchbay process that shares the store. */
export const seenProcess = named(
  "Process",
  object({
    name: described("Host, process number and a part that no other process has.", text()),
    role: described("`api` takes requests, `worker` carries runs on, `all` does both.", oneOf(processRoles)),
    version: text(),
    startedAt: instant,
    seenAt: described("When it last said that it is there.", instant),
  }),
);

export type ProcessView = Static<typeof seenProcess>;

export function toProcessView({ name, role, version, startedAt, seenAt }: SeenProcess): ProcessView {
  return { name, role, version, startedAt: toInstant(startedAt), seenAt: toInstant(seenAt) };
}
