import { expect } from "chai";
import { outcomes, refusedRecipients, refusedSenders } from "../../src/simulator/magic-numbers.js";
import { openBench, openCatcher, readFixture } from "./bench.js";

interface MagicNumber {
  readonly parameter: "From" | "To";
  readonly number: string;
  readonly status: number;
  readonly code: number | null;
}

interface OutcomeCase {
  readonly number: string;
  readonly statuses: readonly string[];
  readonly code: number | null;
}

const numbers = readFixture<MagicNumber[]>("magic-numbers.json");
const outcomeCases = readFixture<OutcomeCase[]>("outcomes.json");

describe("a magic number", () => {
  for (const { parameter, number, status, code } of numbers) {
    it(`${number} as ${parameter} gives ${status}${code === null ? "" : ` with ${code}`}`, async () => {
      await using bench = await openBench();
      const reply = await bench.create({ [parameter]: number });
      expect(reply.status).to.equal(status);
      expect(reply.body.code ?? null).to.equal(code);
      expect(bench.simulator.created).to.equal(status === 201 ? 1 : 0);
    });
  }

  for (const { number, statuses, code } of outcomeCases) {
    it(`${number} is reported as ${statuses.join(", ")}${code === null ? "" : ` with ${code}`}`, async () => {
      await using bench = await openBench();
      await using catcher = await openCatcher();
      const created = await bench.create({ To: number, StatusCallback: catcher.url });
      await bench.simulator.settled();
      expect(catcher.statuses()).to.deep.equal(statuses);
      expect(catcher.caught.at(-1)?.fields.ErrorCode ?? null).to.equal(code === null ? null : String(code));
      const shown = (await bench.call("GET", String(created.body.uri))).body;
      expect(shown).to.include({ status: statuses.at(-1), error_code: code });
      expect(shown.error_message === null).to.equal(code === null);
    });
  }

  it("is in the fixtures when it is in the tables", () => {
    const named = (parameter: string): string[] =>
      numbers.flatMap((one) => (one.parameter === parameter ? [one.number] : []));
    expect(named("From")).to.include.members([...refusedSenders.keys()]);
    expect(named("To")).to.include.members([...refusedRecipients.keys()]);
    expect(outcomeCases.map(({ number }) => number)).to.include.members([...outcomes.keys()]);
  });
});
