import { expect } from "chai";
import { readGrammar } from "../../src/collections/grammar.js";
import { tryTranslator } from "../../src/collections/try-translator.js";
import type { PatchbayError } from "../../src/core/errors.js";
import { startTranslation } from "../../src/translation/start-translation.js";
import { repositoryPath } from "./parts.js";

const matter = "/* title: Order to text\n   from: shop/Order */\n";

describe("trying a translator's text", () => {
  const translation = startTranslation({ timeoutMs: 5_000, memoryMb: 64, threads: 1, maxOutputBytes: 100_000 });
  after(() => translation.stop());

  async function attempt(source: string, input: Parameters<typeof tryTranslator>[0]["input"] = { total: {} }) {
    const grammar = await readGrammar(repositoryPath("schemas"));
    const nothing = { translator: () => null, parameters: () => ({ shopName: "Bay" }), dataType: () => null };
    return tryTranslator({ name: "shop/order-to-text", input, source }, nothing, { translation, grammar });
  }

  async function failureOf(source: string): Promise<PatchbayError> {
    return attempt(source).then(
      () => expect.fail("it did not fail"),
      (error: unknown) => error as PatchbayError,
    );
  }

  it("needs nothing that is installed, and has the collection's parameters", async () => {
    const { output } = await attempt(`${matter}{ "message": $params.shopName & ": " & id }`, { id: "R1" });
    expect(output).to.deep.equal({ message: "Bay: R1" });
  });

  it("shows the line in which it fails, with a mark under the word", async () => {
    const failure = await failureOf(`${matter}{\n  "id": id,\n  "total": $number(total)\n}`);
    expect(failure.code).to.equal("TRANSLATOR_FAILED");
    const [, line, mark] = failure.message.split("\n");
    expect(line).to.equal('  "total": $number(total)');
    expect(line?.slice(mark?.indexOf("^"))).to.match(/^\$number/);
  });

  it("cuts long lines around the place", async () => {
    const long = `"${"x".repeat(300)}" & $number(total) & "${"y".repeat(300)}"`;
    const [, line = "", mark = ""] = (await failureOf(`${matter}${long}`)).message.split("\n");
    expect(line).to.have.lengthOf(100);
    expect(line.slice(mark.indexOf("^"))).to.match(/^\$number/);
  });

  it("says where its syntax or its front matter is wrong", async () => {
    expect((await failureOf(`${matter}{ "a": }`)).message).to.match(/^The text of shop\/order-to-text: at 3:8 /);
    expect((await failureOf("{}")).message).to.contain("has no front matter");
  });
});
