import { expect } from "chai";
import { pageAnswer, problemAnswer, runCli, startScriptedServer } from "./parts.js";

describe("the command line", () => {
  it("shows its commands and exit codes with --help", async () => {
    const { exitCode, stdout, stderr } = await runCli(["--help"]);
    expect(exitCode).to.equal(0);
    for (const word of ["start", "demo", "simulator", "push", "collection", "flow", "runs", "translate", "doctor"]) {
      expect(stdout).to.match(new RegExp(`^  ${word}\\b`, "m"));
    }
    expect(stdout).to.match(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /);
    expect(stderr).to.equal("");
  });

  it("shows the exit codes and --json in the help of every command", async () => {
    const { exitCode, stdout } = await runCli(["collection", "install", "--help"]);
    expect(exitCode).to.equal(0);
    expect(stdout).to.include("Exit codes:").and.include("--json").and.include("--secret-stdin");
  });

  it("prints the version of the package", async () => {
    const { exitCode, stdout } = await runCli(["--version"]);
    expect(exitCode).to.equal(0);
    expect(stdout.trim()).to.match(/^\d+\.\d+\.\d+/);
  });

  it("refuses an unknown command with exit code 2", async () => {
    const { exitCode, stdout, stderr } = await runCli(["psuh"]);
    expect(exitCode).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.include("unknown command 'psuh'").and.include("What to do:");
  });

  it("refuses no command at all with exit code 2 and shows the help", async () => {
    const { exitCode, stdout, stderr } = await runCli([]);
    expect(exitCode).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.include("Usage: patchbay");
  });

  it("reports a wrong option as JSON on standard output with --json", async () => {
    const { exitCode, stdout, stderr } = await runCli(["runs", "list", "--limit", "many", "--json"]);
    expect(exitCode).to.equal(2);
    expect(JSON.parse(stdout)).to.have.nested.property("error.code", "COMMAND_INVALID");
    expect(stderr).to.equal("");
  });

  it("names every environment variable that is wrong, with exit code 2", async () => {
    const { exitCode, stderr } = await runCli(["runs", "list"], { variables: { PORT: "many", LOG_LEVEL: "loud" } });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("PORT").and.include("LOG_LEVEL");
  });

  it("says that no server answers, what to do, and ends with exit code 3", async () => {
    const { exitCode, stdout, stderr } = await runCli(["flow", "list"], { url: "http://127.0.0.1:1" });
    expect(exitCode).to.equal(3);
    expect(stdout).to.equal("");
    expect(stderr).to.include("No Patchbay server answers").and.include("patchbay start");
  });

  it("tells the same to a program with --json", async () => {
    const { exitCode, stdout } = await runCli(["messages", "list", "--json"]);
    expect(exitCode).to.equal(3);
    expect(JSON.parse(stdout)).to.have.nested.property("error.code", "SERVER_UNREACHABLE");
  });

  it("takes a server that is not Patchbay for one that does not answer", async () => {
    await using server = await startScriptedServer(() => ({ status: 200, body: ["hello"] }));
    const { exitCode, stderr } = await runCli(["runs", "list"], { url: server.url });
    expect(exitCode).to.equal(3);
    expect(stderr).to.include("PATCHBAY_URL");
  });

  it("prints a server's error with its remedy, its problems and the request id, and no stack", async () => {
    const problems = [{ path: "/flow", message: "is not known" }];
    const problem = { code: "FLOW_UNKNOWN", detail: "There is no flow a/b", remedy: "Install it.", problems };
    await using server = await startScriptedServer(() => problemAnswer(404, problem));
    const { exitCode, stderr } = await runCli(["flow", "activate", "a/b"], { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("There is no flow a/b").and.include("/flow is not known").and.include("Install it.");
    expect(stderr).to.include("req_1");
    expect(stderr).to.not.match(/^\s+at /m);
  });

  it("shows the stack when LOG_LEVEL is debug", async () => {
    const { stderr } = await runCli(["flow", "list"], { variables: { LOG_LEVEL: "debug" } });
    expect(stderr).to.match(/^\s+at /m);
  });

  it("calls a failure of the server exit code 1", async () => {
    await using server = await startScriptedServer(() => problemAnswer(500, { code: "INTERNAL_ERROR", detail: "Oh" }));
    const { exitCode } = await runCli(["flow", "list"], { url: server.url });
    expect(exitCode).to.equal(1);
  });

  it("keeps the words of a code that only a newer server knows", async () => {
    const problem = { code: "MOON_TOO_FAR", detail: "The moon is too far" };
    await using server = await startScriptedServer(() => problemAnswer(422, problem));
    const { exitCode, stderr } = await runCli(["flow", "list"], { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("The moon is too far");
  });

  it("sends the API key that is set", async () => {
    await using server = await startScriptedServer(() => pageAnswer([]));
    await runCli(["runs", "list"], { url: server.url, variables: { PATCHBAY_API_KEY: "key-for-this-test-only" } });
    expect(server.seen[0]?.authorization).to.equal("Bearer key-for-this-test-only");
  });
});
