import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { createCipher } from "../../src/store/sql/people/cipher.js";
import { createPeopleCodec } from "../../src/store/sql/people/codec.js";
import { peoplePlacesOf } from "../../src/store/sql/people/placeholders.js";

const cipher = createCipher(randomBytes(32), randomBytes);
const codec = createPeopleCodec(cipher);

/** What each placeholder is for. */
const read = (sql: string): readonly (string | null)[] =>
  peoplePlacesOf(sql).map((place) =>
    place === null ? null : `${place.column} ${place.sealing}${place.compared ? "?" : ""}`,
  );

describe("The placeholders of a statement", () => {
  for (const [sql, expected] of [
    ["INSERT INTO records (data_type, key) VALUES (?, ?) ON CONFLICT DO NOTHING", [null, "key matched"]],
    ["INSERT INTO record_index (field, value) VALUES (?, ?), (?, ?)", [null, "value matched", null, "value matched"]],
    ["UPDATE runs SET steps = ?, due_at = ? WHERE id = ? AND key = ?", ["steps sealed", null, null, "key matched?"]],
    [
      "UPDATE effects SET response = CASE WHEN response IS NULL THEN NULL ELSE ? END WHERE run_id IN (?)",
      ["response sealed", null],
    ],
    [
      "SELECT e.payload FROM records r JOIN events e ON e.id = r.event_id WHERE r.key = ? LIMIT ?",
      ["key matched?", "key matched?"],
    ],
    ["SELECT 1 FROM publishers WHERE key = ?", [null]],
    ["SELECT id FROM events WHERE kind = 'key = ?' AND dedupe_key = ?", ["dedupe_key matched?"]],
    ["DELETE FROM run_topics WHERE topic IN (?, ?)", ["topic matched?", "topic matched?"]],
    [
      "INSERT INTO issues (title) VALUES (?) ON CONFLICT (fingerprint) DO UPDATE SET title = ? WHERE issues.fingerprint = ?",
      ["title sealed", "title sealed", "fingerprint matched?"],
    ],
  ] as const) {
    it(`are found in: ${sql}`, () => {
      expect(read(sql)).to.deep.equal(expected);
    });
  }
});

describe("What seals people", () => {
  it("seals texts and JSON, and leaves numbers, NULL and what says nothing", () => {
    const { values } = codec.statement({
      sql: "INSERT INTO notifications (title, request, response, key, retries, cause) VALUES (?, ?, ?, ?, ?, ?)",
      values: ["Zyxwquoll", { json: { of: 1 } }, '{"noLongerKept":true}', "+14155550132", 3, null],
    });
    const [title, request, ...rest] = values;
    expect(cipher.open(String(title), "title")).to.equal("Zyxwquoll");
    expect(cipher.open(String(request), "request")).to.equal('{"of":1}');
    expect(rest).to.deep.equal(['{"noLongerKept":true}', cipher.seal("+14155550132", "matched", "any"), 3, null]);
  });

  it("seals the topics by which wakings are joined as they are sealed in the database", () => {
    const [topic] = codec.statement({
      sql: "DELETE FROM run_topics WHERE topic = ?",
      values: ["to:+14155550132"],
    }).values;
    const waking = {
      sql: "UPDATE runs SET wakes = wakes + 1",
      values: [],
      wakes: { topics: ["to:+14155550132"], at: 1 },
    };
    expect(codec.write(waking).wakes).to.deep.equal({ topics: [topic], at: 1 });
  });

  it("gives a matched text one form and a sealed one another each time", () => {
    const twice = (how: "sealed" | "matched"): Set<string> => new Set([1, 2].map(() => cipher.seal("Ann", how, "key")));
    expect([twice("matched").size, twice("sealed").size]).to.deep.equal([1, 2]);
  });

  it("does not let anything be found by what is sealed anew each time", () => {
    const statement = { sql: "SELECT id FROM messages WHERE body = ?", values: ["Zyxwquoll"] };
    expect(() => codec.statement(statement)).to.throw("nothing can be found by body");
  });

  it("does not take for sealed what somebody has written like it", () => {
    const rows = [{ body: "%AAAAAAAA:sAAAA", key: `${cipher.prefix.slice(0, -2)}A:mAAAA` }];
    expect(codec.rows(rows)).to.deep.equal(rows);
  });

  it("refuses a matched text that was changed", () => {
    const sealed = cipher.seal("+14155550132", "matched", "key");
    const changed = `${sealed.slice(0, -4)}${sealed.at(-4) === "A" ? "B" : "A"}${sealed.slice(-3)}`;
    expect(() => cipher.open(changed, "key")).to.throw("was changed");
  });
});
