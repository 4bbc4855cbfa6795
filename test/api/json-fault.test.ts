import { expect } from "chai";
import fc from "fast-check";
import { findJsonFault } from "../../src/api/json-fault.js";

describe("findJsonFault", () => {
  const faults: [string, number, number, string][] = [
    ["{,}", 1, 2, 'a member name in double quotes or "}"'],
    ['{"a" 1}', 1, 6, '":"'],
    ['{"a":1,}', 1, 8, "a member name in double quotes"],
    ["[1,]", 1, 4, "a value"],
    ["[1 2]", 1, 4, '"," or the closing bracket'],
    ["[1}", 1, 3, '"," or the closing bracket'],
    ["{'a':1}", 1, 2, "a member name in double quotes"],
    ['{"a":"\\x"}', 1, 7, "an escape"],
    ['"a\nb"', 1, 3, "an escape instead of the control character"],
    ['["abc', 1, 6, "the closing quote of a string"],
    ["{}\n\n x", 3, 2, "the end"],
    ["01", 1, 2, "the end"],
    ["[\n  tru]", 2, 3, 'a value or "]"'],
    ["", 1, 1, "a value"],
  ];
  for (const [text, line, column, expected] of faults) {
    it(`finds line ${line}, column ${column} in ${JSON.stringify(text)}`, () => {
      const fault = findJsonFault(text);
      expect(fault).to.include({ line, column });
      expect(fault.message.startsWith(expected), fault.message).to.equal(true);
    });
  }

  it("walks over any valid JSON to its end", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonFault(`${text} x`).message).to.match(/^the end is expected/);
      }),
    );
  });
});
