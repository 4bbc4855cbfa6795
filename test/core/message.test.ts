import { expect } from "chai";
import fc from "fast-check";
import { type MessageStatus, mayMove, messageStatuses, statusRank, toMessageStatus } from "../../src/core/message.js";

const anyStatus = fc.constantFrom(...messageStatuses);

function move(status: MessageStatus, to: MessageStatus): MessageStatus {
  return mayMove(status, to) ? to : status;
}

describe("mayMove", () => {
  it("follows a message to delivery and reading", () => {
    const way: MessageStatus[] = ["accepted", "queued", "sending", "sent", "delivered", "read"];
    expect(way.slice(1).map((to, index) => mayMove(way[index]!, to))).to.deep.equal(Array(5).fill(true));
  });

  it("keeps the first of two final statuses", () => {
    expect([
      mayMove("failed", "delivered"),
      mayMove("delivered", "undelivered"),
      mayMove("canceled", "sent"),
    ]).to.deep.equal([false, false, false]);
  });

  it("never moves down and never rests below the highest status reported, in any order of reports", () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { minLength: 1 }), (reports) => {
        let status = reports[0]!;
        for (const report of reports) {
          const next = move(status, report);
          expect(statusRank[next]).to.be.at.least(statusRank[status]);
          status = next;
        }
        expect(statusRank[status]).to.equal(Math.max(...reports.map((report) => statusRank[report])));
      }),
    );
  });

  it("does not care for repetitions", () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, (from, to) => {
        expect(move(move(from, to), to)).to.equal(move(from, to));
      }),
    );
  });
});

describe("toMessageStatus", () => {
  it("knows every status by its word and nothing else", () => {
    expect(messageStatuses.map(toMessageStatus)).to.deep.equal([...messageStatuses]);
    expect(["", "Delivered", "received", "toString"].map(toMessageStatus)).to.deep.equal([null, null, null, null]);
  });
});
