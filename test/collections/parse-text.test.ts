import { serialize } from "node:v8";
import { expect } from "chai";
import { parseText } from "../../src/collections/parse-text.js";
import { createProblemList } from "../../src/collections/problem-list.js";

describe("The reader of collections' files", () => {
  it("gives a name as a text of its own, whatever else is written in the file", () => {
    const read = parseText(
      "collection.yaml",
      "name: twilio\nsummary: “Your order” — on its way\n",
      createProblemList(),
    );
    expect(read).to.deep.equal({ name: "twilio", summary: "“Your order” — on its way" });
    // What V8 keeps with two bytes a character it does not write behind this byte.
    expect(serialize((read as { name: string }).name)[2]).to.equal(0x22);
  });
});
