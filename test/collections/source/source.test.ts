import { expect } from "chai";
import fc from "fast-check";
import { parseSource } from "../../../src/collections/source/source.js";
import { failureOf } from "../parts.js";

const pin = `sha512-${"A".repeat(86)}==`;

describe("a source", () => {
  const read: readonly (readonly [string, object])[] = [
    ["shop", { kind: "name", name: "shop", range: null }],
    ["shop@^1.0.0", { kind: "name", name: "shop", range: "^1.0.0" }],
    ["shop@>=1 <3", { kind: "name", name: "shop", range: ">=1 <3" }],
    ["./shop", { kind: "folder", path: "./shop" }],
    ["/srv/shop", { kind: "folder", path: "/srv/shop" }],
    ["shop.tgz", { kind: "bundle", path: "shop.tgz" }],
    ["../a/shop.tar.gz", { kind: "bundle", path: "../a/shop.tar.gz" }],
    ["shop.json", { kind: "bundle", path: "shop.json" }],
    ["https://example.com/shop.tgz", { kind: "web", url: "https://example.com/shop.tgz", integrity: null }],
    [`https://example.com/x?a=b#${pin}`, { kind: "web", url: "https://example.com/x?a=b", integrity: pin }],
    ["git+https://example.com/a.git", { kind: "git", url: "https://example.com/a.git", ref: null, folder: "" }],
    ["git+https://example.com/a#v1.2.0", { kind: "git", url: "https://example.com/a", ref: "v1.2.0", folder: "" }],
    [
      "git+file:///srv/a#release/1:collections/shop/",
      { kind: "git", url: "file:///srv/a", ref: "release/1", folder: "collections/shop" },
    ],
    ["git+file:///srv/a#:shop", { kind: "git", url: "file:///srv/a", ref: null, folder: "shop" }],
  ];
  for (const [text, source] of read) {
    it(`is read from ${text}`, () => {
      expect(parseSource(text)).to.deep.equal(source);
    });
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /one line/],
    ["shop\n--upload-pack=evil", /one line/],
    ["shop@latest!", /not a range of versions/],
    ["ftp://example.com/shop.tgz", /ftp is no kind of source/],
    ["git+ssh://git@example.com/a", /git\+https or git\+file|not read by ssh|name or password/],
    ["git+ext::sh -c touch% /tmp/x", /not read by ext|is not an address/],
    ["https://user:secret@example.com/shop.tgz", /name or password/],
    ["https://example.com/shop.tgz#v1", /not an integrity/],
    ["git+https://example.com/a#--upload-pack=evil", /not a tag, branch or commit/],
    ["git+https://example.com/a#+refs/heads/x", /not a tag/],
    ["git+https://example.com/a#%E0%A4%A", /not written as in an address/],
    ["git+https://example.com/a#a..b", /not a tag/],
    ["git+https://example.com/a#v1:../..", /not a folder/],
    ["git+https://example.com/a#v1:/etc", /not a folder/],
    ["git+https://example.com/a#v1:-x", /not a folder/],
    ["git+https://example.com/a#v1:.git", /not a folder/],
    ["git+https://example.com/a#v1:a:b", /more than one/],
  ];
  for (const [text, message] of refused) {
    it(`is refused: ${JSON.stringify(text)}`, async () => {
      const error = await failureOf(() => parseSource(text));
      expect(error.code).to.equal("SOURCE_INVALID");
      expect(error.message).to.match(message);
      expect(error.message).to.not.include("secret");
    });
  }

  it("is read or refused, whatever it is", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.webUrl({ withFragments: true }).map((url) => `git+${url}`),
      fc.webUrl({ withFragments: true }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parseSource(text);
        } catch (error) {
          expect(error).to.have.property("code", "SOURCE_INVALID");
        }
      }),
    );
  });
});
