import { serialize } from "node:v8";
import { expect } from "chai";
import type { Job } from "../../src/store/sqlite/protocol.js";
import { createPacker, createUnpacker } from "../../src/store/sqlite/wire.js";

describe("The texts that take jobs to a database thread", () => {
  it("give back every job as it was, in order", () => {
    const pack = createPacker();
    const unpack = createUnpacker();
    const jobs = [writing(1, "plain"), writing(2, "ordered — “today” 🛒"), { id: 3, work: { kind: "check" } } as const];
    expect(jobs.map(pack).map(unpack)).to.deep.equal(jobs);
  });

  it("take two bytes a character only where a job has characters that need them", () => {
    const pack = createPacker();
    expect(
      [writing(1, "plain"), writing(2, "ordered — today"), writing(3, "plain")].map(pack).map(isWide),
    ).to.deep.equal([false, true, false]);
  });
});

function writing(id: number, text: string): Job {
  const refusal = { code: "RECORD_CONFLICT", message: "it was changed meanwhile" } as const;
  const sql = "UPDATE records SET key = ?, version = ?, event_id = ?";
  return { id, work: { kind: "commit", writes: [{ sql, values: [text, id, null], refusal }] } };
}

/** How V8 keeps a text is told by how it writes it: Latin-1 behind this byte. */
function isWide(text: string): boolean {
  return serialize(text)[2] !== 0x22;
}
