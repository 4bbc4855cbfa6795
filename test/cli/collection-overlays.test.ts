import { expect } from "chai";
import { planHash, planned, runCli, type Script, startScriptedServer } from "./parts.js";

const FLOW = "flows/greet.flow.yaml";
const [collection] = planned.collections;
const changed = { file: FLOW, outcome: "changed", places: [] };
const plan = {
  ...planned,
  collections: [{ ...collection, action: "replace", from: "1.0.0", objects: [], overlays: [changed] }],
};
const conflict = {
  ...{ file: FLOW, outcome: "conflict" },
  places: [{ place: "/title", base: "Greet", mine: "Greet us", theirs: null }],
};
const contradicted = {
  ...planned,
  collections: [{ ...collection, action: "upgrade", from: "1.0.0", to: "1.1.0", overlays: [conflict] }],
};
const diff = `--- published/${FLOW}\n+++ here/${FLOW}\n@@ -1,1 +1,1 @@\n-title: Greet\n+title: Greet us\n`;

const script: Script = ({ method, path }) => {
  if (path.endsWith("/upgrade/plan")) return { body: contradicted };
  if (path.endsWith("/edit/plan")) return { body: plan };
  if (method === "POST") return { body: { installed: [], uninstalled: null } };
  if (path.includes("/diff")) return { body: { name: "twilio", version: "1.0.0", files: [{ file: FLOW, diff }] } };
  if (path.includes("/files"))
    return { body: { file: FLOW, text: "x", published: "y", changedAt: "2026-01-01T00:00:00Z" } };
  return { body: { name: "twilio", parameters: {}, origin: null } };
};

describe("collection edit, diff and reset", () => {
  it("changes a file with what standard input has, as it was planned", async () => {
    await using server = await startScriptedServer(script);
    const command = ["collection", "edit", "twilio", FLOW, "--from", "-", "--yes"];
    const { exitCode, stdout } = await runCli(command, { url: server.url, stdin: "title: Greet us\n" });
    expect(exitCode, stdout).to.equal(0);
    const body = { file: FLOW, text: "title: Greet us\n" };
    expect(server.seen.map((one) => [one.path, one.body])).to.deep.equal([
      ["/api/v1/collections/twilio/edit/plan", body],
      ["/api/v1/collections/twilio/edit", { ...body, planHash }],
    ]);
    expect(stdout).to.include(`changed here: ${FLOW}`).and.include("is changed; upgrades keep it");
  });

  it("needs a text when nobody is there to edit", async () => {
    await using server = await startScriptedServer(script);
    const { exitCode, stderr } = await runCli(["collection", "edit", "twilio", FLOW], { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("EDITOR is not set").and.include("--from");
    const variables = { EDITOR: "true" };
    const without = await runCli(["collection", "edit", "twilio", FLOW], { url: server.url, variables });
    expect(without.stderr).to.include("Nobody is there to edit");
  });

  it("shows what was changed here, and takes it back", async () => {
    await using server = await startScriptedServer(script);
    const shown = await runCli(["collection", "diff", "twilio"], { url: server.url });
    expect(shown.stdout).to.equal(diff);
    const { stdout } = await runCli(["collection", "reset", "twilio", FLOW, "--yes"], { url: server.url });
    expect(server.seen.at(-1)?.body).to.deep.equal({ file: FLOW, text: null, planHash });
    expect(stdout).to.include("is as it was published");
  });

  it("shows a contradiction with its three texts, and sends how it is settled", async () => {
    await using server = await startScriptedServer(script);
    const upgrade = ["collection", "upgrade", "twilio"];
    const { stdout, exitCode } = await runCli(upgrade, { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stdout).to.include(
      `conflict: changed here and in the new version: ${FLOW}\n      /title\n        was   Greet\n        here  Greet us\n        new   nothing\n`,
    );
    expect(stdout).to.include(`--ours ${FLOW}`);
    await runCli([...upgrade, "--theirs", FLOW, "--yes"], { url: server.url });
    expect(server.seen.at(-1)?.body).to.deep.equal({ settlements: { [FLOW]: "theirs" }, planHash });
    const both = await runCli([...upgrade, "--ours", FLOW, "--theirs", FLOW], { url: server.url });
    expect(both.stderr).to.include(`--ours or --theirs for ${FLOW}, not both`);
  });
});
