import { expect } from "chai";
import { masked } from "../../src/core/mask.js";

describe("what is left of a person's data for who may not see it", () => {
  const texts: [string, string][] = [
    ["+14155550132", "+1415•••0132"],
    ["(415) 555-0132", "415•••0132"],
    ["whatsapp:+4915112345678", "+4915•••5678"],
    ["ann@example.com", "a•••@•••"],
    ["Ann", "A•••"],
    ["Ann Lee, 1 Main Street", "A•••"],
    ["", ""],
    ["🙂 hello", "🙂•••"],
  ];
  for (const [text, left] of texts) it(`is ${left} of ${text}`, () => expect(masked(text)).to.equal(left));
});
