import { expect } from "chai";
import { type CliOptions, type Finished, pageAnswer, startCli, startScriptedServer } from "./parts.js";

/** Runs a command as a process of its own, with nothing on its standard input. */
function runAlone(words: readonly string[], options: CliOptions = {}): Promise<Finished> {
  const { process: child, finished } = startCli(words, options);
  child.stdin.end();
  return finished;
}

describe("the program", () => {
  it("writes its result on standard output and ends with exit code 0", async () => {
    const { exitCode, stdout, stderr } = await runAlone(["--version"]);
    expect(exitCode).to.equal(0);
    expect(stdout.trim()).to.match(/^\d+\.\d+\.\d+/);
    expect(stderr).to.equal("");
  });

  it("writes what went wrong on standard error, and says it in its exit code", async () => {
    const wrong = await runAlone(["psuh"]);
    expect([wrong.exitCode, wrong.stdout]).to.deep.equal([2, ""]);
    expect(wrong.stderr).to.include("unknown command 'psuh'");
    const unreachable = await runAlone(["flow", "list"]);
    expect([unreachable.exitCode, unreachable.stdout]).to.deep.equal([3, ""]);
    expect(unreachable.stderr).to.include("No Patchbay server answers");
  });

  it("is content with a reader that has seen enough", async () => {
    const order = { text: "x".repeat(2_000) };
    await using server = await startScriptedServer(() => pageAnswer(Array.from({ length: 200 }, () => order)));
    const { process: child, finished } = startCli(["runs", "list", "--limit", "200", "--json"], { url: server.url });
    child.stdout.once("data", () => child.stdout.destroy());
    const { exitCode, stderr } = await finished;
    expect([exitCode, stderr]).to.deep.equal([0, ""]);
  });
});
