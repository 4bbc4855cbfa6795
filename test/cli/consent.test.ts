import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pageAnswer, problemAnswer, runCli, startScriptedServer } from "./parts.js";

const at = "2026-01-02T03:04:05.000Z";
const utc = { TZ: "UTC" };
const number = "+12135550142";
const entry = {
  ...{ id: "cns_1", channel: "sms", contact: number, scope: "sender:+15005550006", state: "opted-out", how: "keyword" },
  ...{ force: false, word: "Stop\u001b[2J", messageId: "rcv_1", reason: null, by: null, eventId: null },
  ...{ at, recordedAt: at },
};
const operator = { ...entry, how: "operator", state: "opted-in", word: null, by: "Ann", reason: "signed", force: true };
const consentOf = (one: typeof entry) => ({
  contact: number,
  channel: "sms",
  scope: one.scope,
  state: one.state,
  entry: one,
});
const plain = (text: string): string => text.replace(/ +/g, " ");

describe("consent", () => {
  it("list shows who has opted out, since when and how, and asks for what it is told to", async () => {
    await using server = await startScriptedServer(() => pageAnswer([consentOf(entry)]));
    const words = ["consent", "list", "--state", "opted-out", "--how", "keyword", "--scope", "sender:+15005550006"];
    const { stdout, exitCode } = await runCli(words, { url: server.url, variables: utc });
    expect(exitCode).to.equal(0);
    expect(plain(stdout)).to.contain(`${number} opted-out sms sender:+15005550006 2026-01-02 03:04:05 texted Stop [2J`);
    expect(server.seen[0]?.path).to.contain("state=opted-out&how=keyword&scope=sender%3A%2B15005550006");
  });

  it("show tells the history, oldest first, and says when there is none", async () => {
    const shown = { contact: number, consents: [consentOf(entry)], entries: [operator, entry], next: null };
    await using server = await startScriptedServer(() => ({ body: shown }));
    const { stdout } = await runCli(["consent", "show", number], { url: server.url, variables: utc });
    const [, history] = plain(stdout).split("\n\n");
    expect(
      history
        ?.trim()
        .split("\n")
        .slice(1)
        .map((line) => line.trim()),
    ).to.deep.equal([
      "2026-01-02 03:04:05 opted-out sms sender:+15005550006 texted Stop [2J",
      "2026-01-02 03:04:05 opted-in sms sender:+15005550006 recorded by Ann: signed [undoes a STOP]",
    ]);
    expect(server.seen[0]?.path).to.contain("/api/v1/consent/%2B12135550142?");
    await using empty = await startScriptedServer(() => ({
      body: { contact: number, consents: [], entries: [], next: null },
    }));
    const nothing = await runCli(["consent", "show", number], { url: empty.url });
    expect(nothing.stdout).to.contain(`Nothing is on record about ${number}`);
  });

  it("opt-out and opt-in record what they are given", async () => {
    await using server = await startScriptedServer(() => ({ status: 201, body: { entries: [operator] } }));
    const { stdout } = await runCli(["consent", "opt-out", number, "--by", "Ann"], { url: server.url });
    expect(stdout).to.contain(`${number} is on record as opted out (sender:+15005550006, sms).`);
    const words = ["consent", "opt-in", number, "--reason", "signed", "--channel", "sms", "--force", "--json"];
    const json = await runCli(words, { url: server.url });
    expect(JSON.parse(json.stdout).entries).to.have.lengthOf(1);
    expect(server.seen.map(({ body }) => body)).to.deep.equal([
      { contact: number, state: "opted-out", by: "Ann" },
      { contact: number, state: "opted-in", channel: "sms", reason: "signed", force: true },
    ]);
  });

  it("opt-in says what to do about a person's own STOP", async () => {
    const problem = { code: "CONSENT_WITHHELD", detail: `${number} has opted out`, remedy: "Record it with --force." };
    await using server = await startScriptedServer(() => problemAnswer(409, problem));
    const { stderr, exitCode } = await runCli(["consent", "opt-in", number, "--reason", "x"], { url: server.url });
    expect(exitCode).not.to.equal(0);
    expect(stderr).to.contain("--force").and.to.contain(number);
  });

  describe("import", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "patchbay-consent-"));
    });
    after(() => rm(folder, { recursive: true }));

    it("sends CSV as rows, says what became of them, and fails when one did", async () => {
      const file = join(folder, "list.csv");
      await writeFile(file, `contact,reason,force\n${number},"no, thanks",\n12,,yes\n`);
      const items = [{ index: 1, verdict: "failed", error: { code: "REQUEST_INVALID", detail: "12 is no number" } }];
      const answer = { items, recorded: 1, unchanged: 0, withheld: 0, failed: 1 };
      await using server = await startScriptedServer(() => ({ status: 207, body: answer }));
      const { stdout, exitCode } = await runCli(["consent", "import", file], { url: server.url });
      expect(server.seen[0]?.body).to.deep.equal([
        { contact: number, reason: "no, thanks" },
        { contact: "12", force: true },
      ]);
      expect(stdout).to.contain("row 3 (12): 12 is no number");
      expect(stdout).to.contain("1 row recorded, 0 known already, 1 failed.");
      expect(exitCode).to.equal(1);
    });

    it("reads NDJSON line by line, passing over what is no JSON", async () => {
      const file = join(folder, "list.ndjson");
      await writeFile(file, `{"contact":"${number}"}\nnonsense\n`);
      const answer = { items: [{ index: 0, verdict: "withheld" }], recorded: 0, unchanged: 0, withheld: 1, failed: 0 };
      await using server = await startScriptedServer(() => ({ body: answer }));
      const { stdout } = await runCli(["consent", "import", file, "--json"], { url: server.url });
      expect(JSON.parse(stdout)).to.deep.include({ recorded: 0, withheld: 1, failed: 1 });
      expect(JSON.parse(stdout).problems[1]).to.contain("STOP");
    });
  });

  it("export prints what the server gives, as it is", async () => {
    await using server = await startScriptedServer(() => ({ body: { id: "cns_1" } }));
    const { stdout, exitCode } = await runCli(["consent", "export", "--format", "csv"], { url: server.url });
    expect([exitCode, JSON.parse(stdout)]).to.deep.equal([0, { id: "cns_1" }]);
    expect(server.seen[0]?.path).to.equal("/api/v1/consent/export?format=csv");
  });

  it("export says when the server cannot be reached or refuses", async () => {
    await using server = await startScriptedServer(() => problemAnswer(401, { code: "API_KEY_INVALID", detail: "No" }));
    const { stderr, exitCode } = await runCli(["consent", "export"], { url: server.url });
    expect(exitCode).not.to.equal(0);
    expect(stderr).to.contain("No");
  });
});
