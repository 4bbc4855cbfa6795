import { readFileSync } from "node:fs";
import { expect } from "chai";
import { runCli } from "./parts.js";

/** The command lines of the document: in code blocks and in tables. */
function commandLines(): readonly string[] {
  const text = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
  const lines = [...text.matchAll(/^patchbay (.+?)(?: +#.*)?$/gm), ...text.matchAll(/\| `patchbay (.+?)` \|/g)];
  return lines.map(([, words = ""]) => words);
}

/** Commands of two words, such as `runs retry`; the others have one. */
const families = [
  "runs",
  "operations",
  "broadcast",
  "issues",
  "quarantine",
  "effects",
  "flow",
  "events",
  "collection",
  "notifications",
  "conversations",
  "connection",
  "twilio",
  "consent",
  "messages",
  "attachments",
  ...["contact", "audit", "secret", "key", "user"],
];

describe("docs/operating.md", () => {
  it("uses commands and options that there are", async function () {
    this.timeout(60_000);
    const lines = commandLines();
    expect(lines.length).to.be.greaterThan(25);
    const used = new Map<string, Set<string>>();
    for (const line of lines) {
      const words = line.split(" ");
      const command = words.slice(0, families.includes(words[0] ?? "") ? 2 : 1).join(" ");
      const options = used.get(command) ?? new Set();
      for (const [option] of line.matchAll(/--[a-z-]+/g)) options.add(option);
      used.set(command, options);
    }
    for (const [command, options] of used) {
      const { exitCode, stdout } = await runCli([...command.split(" "), "--help"]);
      expect(exitCode, command).to.equal(0);
      expect(stdout, command).to.include(`Usage: patchbay ${command} `);
      for (const option of options) expect(stdout, command).to.match(new RegExp(`^ +${option}\\b`, "m"));
    }
  });
});
