import type { PeopleCodec } from "../sql/people/codec.js";
import type { DatabaseThread } from "./database-thread.js";
import type { Work } from "./protocol.js";

/** Seals on the way to a database what is about people, and opens it on the way back; the same thread where nobody is sealed. */
export function sealedThread(codec: PeopleCodec | null, thread: DatabaseThread): DatabaseThread {
  if (codec === null) return thread;
  return {
    do: async (work) => codec.rows(await thread.do(sealedWork(codec, work))),
    close: thread.close,
  };
}

function sealedWork(codec: PeopleCodec, work: Work): Work {
  switch (work.kind) {
    case "commit":
      return { kind: "commit", writes: work.writes.map(codec.write) };
    case "read":
    case "write":
      return { kind: work.kind, statement: codec.statement(work.statement) };
    default:
      return work;
  }
}
