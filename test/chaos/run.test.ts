import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const MAIN = fileURLToPath(new URL("../../chaos/main.js", import.meta.url));

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
  readonly complaint: string;
}

/** Runs the command with a temporary folder of its own, and gives how it ended. */
async function runCommand(args: readonly string[]): Promise<Ended & { readonly left: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-chaos-test-"));
  chmodSync(folder, 0o755); // PostgreSQL does not run as root: another user has to get in
  const env = { PATH: process.env.PATH, TMPDIR: folder };
  const ended = await new Promise<Ended>((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, lines: stdout.trimEnd().split("\n"), complaint: stderr }),
    );
  });
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true, force: true });
  return { ...ended, left };
}

describe("A run of chaos", () => {
  it("loses nothing and sends nothing twice, and clears away what it made", async function () {
    this.timeout(240_000);
    const { code, lines, complaint, left } = await runCommand([
      ...["--orders", "60", "--rate", "20", "--kill-every", "1500ms", "--faults", "heavy", "--seed", "11", "--json"],
    ]);
    const last = JSON.parse(lines.at(-1) ?? "{}");
    expect(code, `${complaint}\n${lines.join("\n")}`).to.equal(0);
    expect(last).to.include({
      accepted: 60,
      lost: 0,
      duplicated: 0,
      stuck: 0,
      silent: 0,
      mismatched: 0,
      rested: true,
    });
    expect(last.messages).to.be.above(45);
    expect(Object.keys(last.deaths.atBoundary), "died at boundaries").to.have.length.above(0);
    expect(left).to.deep.equal([]);
  });

  it("loses nothing and sends nothing twice when processes share a database that goes away as well", async function () {
    this.timeout(240_000);
    const { code, lines, complaint, left } = await runCommand([
      ...["--store", "postgres", "--apis", "2", "--workers", "2", "--restart-every", "3s"],
      ...["--orders", "80", "--rate", "10", "--seed", "12", "--json"],
    ]);
    const last = JSON.parse(lines.at(-1) ?? "{}");
    expect(code, `${complaint}\n${lines.join("\n")}`).to.equal(0);
    expect(last).to.include({
      ...{ accepted: 80, lost: 0, duplicated: 0, stuck: 0, silent: 0, mismatched: 0, rested: true },
      ...{ store: "postgres", apis: 2, workers: 2 },
    });
    expect(last.messages).to.be.above(60);
    expect(last.databaseRestarts, "restarts of the database").to.be.above(0);
    const died = Object.keys(last.deaths.byProcess).map((name) => name.split(" ")[0]);
    expect(died, "processes that died").to.include.members(["api", "worker"]);
    // The server's binaries are made ready once for each temporary folder, and stay.
    expect(left.filter((name) => !name.startsWith("patchbay-postgres-"))).to.deep.equal([]);
  });

  it("says which option is wrong", async () => {
    const { code, complaint } = await runCommand(["--faults", "many"]);
    expect(code).to.equal(2);
    expect(complaint).to.equal('--faults is "many"; give one of none, usual, heavy.\n');
  });
});
