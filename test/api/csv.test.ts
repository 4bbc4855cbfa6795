import { expect } from "chai";
import fc from "fast-check";
import { parseCsv, toCsvLine } from "../../src/api/csv.js";
import { thrown } from "../http/failed.js";

const names = ["contact", "reason", "by"];

describe("parseCsv", () => {
  it("names fields by the first line, in any case and order, and leaves empty ones out", () => {
    const text = "Reason, CONTACT ,by\r\nby phone,+1,\n,+2,Ann\n";
    expect(parseCsv(text, names)).to.deep.equal([
      { reason: "by phone", contact: "+1" },
      { contact: "+2", by: "Ann" },
    ]);
  });

  it("reads quoted fields with commas, quotation marks and line breaks", () => {
    const text = 'contact,reason\n+1,"said ""no"",\r\ntwice" \n+2,"x"';
    expect(parseCsv(text, names)).to.deep.equal([
      { contact: "+1", reason: 'said "no",\r\ntwice' },
      { contact: "+2", reason: "x" },
    ]);
  });

  it("reads what spreadsheets write: a byte order mark, semicolons, blank lines, missing last fields", () => {
    expect(parseCsv("\uFEFFcontact;reason;by\n+1;a,b\n\n;;\n+2;;Ann;\n".replace("Ann;", "Ann"), names)).to.deep.equal([
      { contact: "+1", reason: "a,b" },
      { contact: "+2", by: "Ann" },
    ]);
  });

  it("refuses unknown columns, too many fields and broken quotation marks", () => {
    expect(thrown(() => parseCsv("phone\n+1", names), "REQUEST_INVALID").message).to.contain(
      '"phone" is none of contact, reason, by',
    );
    expect(thrown(() => parseCsv("contact\n+1,2", names), "REQUEST_INVALID").message).to.contain("Row 2 has 2 fields");
    thrown(() => parseCsv('contact\n"+1', names), "REQUEST_INVALID");
    expect(thrown(() => parseCsv('contact\n"+1"x', names), "REQUEST_INVALID").message).to.contain('"x"');
    thrown(() => parseCsv("", names), "BODY_EMPTY");
  });

  it("reads back what was written, whatever it is", () => {
    const field = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", "").trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { maxLength: 5 }), (rows) => {
        const text = [["contact", "reason"], ...rows].map(toCsvLine).join("");
        const plain = (value: string): string => (/^[=@\t\r-]|^\+(?!\d+$)/.test(value) ? `'${value}` : value);
        const expected = rows
          .map(([contact, reason]) => ({ contact: plain(contact), reason: plain(reason) }))
          .map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "")))
          .filter((row) => Object.keys(row).length > 0);
        expect(parseCsv(text, names)).to.deep.equal(expected);
      }),
    );
  });

  it("writes nothing that a spreadsheet would run", () => {
    expect(toCsvLine(["=HYPERLINK(1)", "+15005550010", "+1+2", "-1", "@x", null, true])).to.equal(
      "'=HYPERLINK(1),+15005550010,'+1+2,'-1,'@x,,true\r\n",
    );
  });
});
