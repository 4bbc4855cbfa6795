import { expect } from "chai";
import { createSetUpReport } from "../../src/cli/demo/set-up-report.js";
import { openProgressBar } from "../../src/cli/progress-bar.js";
import { openPrompt } from "../../src/cli/prompt.js";
import { row, table } from "../../src/cli/table.js";
import { openScreen } from "./parts.js";

describe("the terminal", () => {
  it("colours text only where colour is wanted", () => {
    expect(openScreen().terminal.paint("good", "yes")).to.include("\u001b[");
    expect(openScreen({ colours: false }).terminal.paint("good", "yes")).to.equal("yes");
    expect(openScreen({ json: true }).terminal.paint("good", "yes")).to.equal("yes");
  });

  it("prints either lines or JSON, never both", () => {
    const human = openScreen();
    human.terminal.print("a line");
    human.terminal.printJson({ a: 1 });
    expect(human.out()).to.equal("a line\n");
    const program = openScreen({ json: true });
    program.terminal.print("a line");
    program.terminal.printJson({ a: 1 });
    expect(program.out()).to.equal('{"a":1}\n');
  });
});

describe("a table", () => {
  const uncoloured = (_tone: string, text: string): string => text;

  it("aligns its columns by what is seen, not by colour codes", () => {
    const coloured = (_tone: string, text: string): string => `\u001b[31m${text}\u001b[0m`;
    const cells = [
      [["bad", "no"], "x"],
      ["yes!", "y"],
    ] as const;
    const [, first, second] = table(coloured, ["A", "B"], cells);
    expect(first).to.equal("\u001b[31mno\u001b[0m    x");
    expect(second).to.equal("yes!  y");
  });

  it("keeps each row on one line, whatever its cells contain", () => {
    expect(table(uncoloured, ["A"], [["one\r\ntwo\u001b[2Jthree"]])).to.deep.equal(["A", "one two [2Jthree"]);
  });

  it("ends a line after its last filled cell", () => {
    expect(row(uncoloured, ["a", "", ""], [3, 3, 3])).to.equal("a");
  });
});

describe("a progress bar", () => {
  it("shows on standard error how far the work has come, and goes away", () => {
    const screen = openScreen();
    let now = 1_000;
    const bar = openProgressBar(screen.terminal, () => now);
    bar.update(0.5, "50 records");
    now += 10;
    bar.update(0.6, "too soon to draw again");
    bar.close();
    const drawn = screen.err();
    expect(drawn).to.include(" 50 % 50 records").and.not.include("too soon");
    expect(drawn.endsWith("\r\u001b[K")).to.equal(true);
    expect(screen.out()).to.equal("");
  });
});

describe("the report of a set-up", () => {
  it("replaces the line of a step when it is done, and takes it away when it fails", async () => {
    const screen = openScreen({ colours: false });
    let now = 0;
    const report = createSetUpReport(screen.terminal, () => now);
    const work = async (): Promise<string> => {
      now += 1_500;
      return "done";
    };
    await report.step("Install", work, (result) => `it is ${result}`);
    expect(screen.out()).to.equal(`  … Install\r\u001b[K  ✓ ${"Install".padEnd(44)}    1.5 s  it is done\n`);
    await report.step("Fail", () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(screen.out()).to.equal("  … Fail\r\u001b[K");
  });
});

describe("a prompt", () => {
  it("shows what is typed, but not a secret", async () => {
    const screen = openScreen();
    const prompt = openPrompt(screen.terminal);
    const name = prompt.ask("Account: ");
    screen.type("AC123\r");
    expect(await name).to.equal("AC123");
    const secret = prompt.askSecret("Token: ");
    screen.type("s3cret-text\r");
    expect(await secret).to.equal("s3cret-text");
    const again = prompt.ask("Sender: ");
    screen.type("+1500\r");
    expect(await again).to.equal("+1500");
    prompt.close();
    const shown = screen.err();
    expect(shown).to.include("Account: ").and.include("AC123").and.include("Token: ").and.include("+1500");
    expect(shown).to.not.include("s3cret");
    expect(screen.out()).to.equal("");
  });

  it("ends at Ctrl-C and at Ctrl-D", async () => {
    for (const key of ["\u0003", "\u0004"]) {
      const screen = openScreen();
      const prompt = openPrompt(screen.terminal);
      const answer = prompt.ask("Account: ").catch((error: Error) => error.name);
      screen.type(key);
      expect(await answer).to.equal("AbortError");
      prompt.close();
    }
  });
});
