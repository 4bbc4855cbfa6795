import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { faultOfPath } from "../../../src/collections/check-files.js";
import { readCollectionFolder } from "../../../src/collections/read-folder.js";
import { type BundleFormat, readBundle, writeBundle } from "../../../src/collections/source/bundle.js";
import { integrityOf } from "../../../src/collections/source/integrity.js";
import { newPrivateKey, signStatement } from "../../../src/collections/source/signature.js";
import { failureOf, repositoryPath } from "../parts.js";
import { type Entry, jsonOf, manifest, tarOf, tgzOf } from "./parts.js";

const formats: readonly BundleFormat[] = ["tgz", "json"];

/** Any path and text that a collection may have; paths differ in more than their case. */
const anyFiles = fc
  .array(
    fc.record({
      folder: fc.constantFrom("", "schemas/", "flows/deep/er/", "ä/日本/"),
      name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      text: fc.oneof(fc.string({ unit: "grapheme", maxLength: 2_000 }), fc.constant("a".repeat(200_000))),
    }),
    { maxLength: 8 },
  )
  .map((files) => Object.fromEntries(files.map(({ folder, name, text }, index) => [`${folder}${index}-${name}`, text])))
  .filter((files) => Object.keys(files).every((path) => faultOfPath(path) === null))
  .filter((files) => Object.values(files).every((text) => !text.startsWith("\ufeff")));

describe("bundles", () => {
  for (const format of formats) {
    it(`give back any files, with the same integrity (.${format})`, async () => {
      await fc.assert(
        fc.asyncProperty(anyFiles, async (files) => {
          const { files: back, signature } = await readBundle(await writeBundle({ files, signature: null }, format));
          expect(back).to.deep.equal(files);
          expect(integrityOf(back)).to.equal(integrityOf(files));
          expect(signature).to.equal(null);
        }),
        { numRuns: 60 },
      );
    });

    it(`are the same bytes for the same files, whatever order they come in (.${format})`, async () => {
      const files = await readCollectionFolder(repositoryPath("collections/twilio"));
      const turned = Object.fromEntries(Object.entries(files).reverse());
      const [one, other] = [files, turned].map((all) => writeBundle({ files: all, signature: null }, format));
      expect(Buffer.compare(await one!, await other!)).to.equal(0);
    });

    it(`carry a signature beside the files (.${format})`, async () => {
      const files = { "collection.yaml": manifest };
      const statement = { name: "shop", version: "1.0.0", integrity: integrityOf(files) };
      const signature = signStatement(statement, newPrivateKey());
      expect(await readBundle(await writeBundle({ files, signature }, format))).to.deep.equal({ files, signature });
    });
  }

  it("have an integrity that is SHA-512 of the canonical JSON of the files", () => {
    const digest = createHash("sha512").update('{"a.md":"1","b.md":"ä"}').digest("base64");
    expect(integrityOf({ "b.md": "ä", "a.md": "1" })).to.equal(`sha512-${digest}`);
  });

  it("may come from tar itself, with ./ in front of every path and folders in between", async () => {
    const tar = await tarOf([
      { name: "./", type: "directory" },
      { name: "./collection.yaml", body: manifest },
      { name: "./flows/", type: "directory" },
      { name: "./flows/a.flow.yaml", body: "steps: []\n" },
    ]);
    const { files } = await readBundle(gzipSync(tar));
    expect(files).to.deep.equal({ "collection.yaml": manifest, "flows/a.flow.yaml": "steps: []\n" });
  });

  it("lose a byte order mark, as files of a folder do", async () => {
    const { files } = await readBundle(await tgzOf({ name: "README.md", body: "\ufeffHello" }));
    expect(files["README.md"]).to.equal("Hello");
  });
});

describe("a hostile .tgz", () => {
  const refusals: readonly (readonly [string, readonly Entry[], RegExp])[] = [
    ["an absolute path", [{ name: "/etc/passwd" }], /^\/etc\/passwd is not a path inside the collection/],
    ["a path that leads out", [{ name: "../evil.md" }], /^\.\.\/evil\.md is not a path inside/],
    ["a path that leads out and in again", [{ name: "flows/../../evil.md" }], /is not a path inside/],
    ["a path with backslashes", [{ name: "..\\evil.md" }], /is not a path inside/],
    ["a drive's name", [{ name: "C:/evil.md" }], /is not a path inside/],
    ["a symbolic link", [{ name: "a.md", type: "symlink", linkname: "/etc/passwd" }], /^a\.md is a symlink/],
    ["a hard link", [{ name: "a.md", type: "link", linkname: "collection.yaml" }], /^a\.md is a link/],
    ["a device", [{ name: "a.md", type: "character-device" }], /^a\.md is a character-device/],
    ["a pipe", [{ name: "a.md", type: "fifo" }], /^a\.md is a fifo/],
    ["the same path twice", [{ name: "collection.yaml", body: "name: other" }], /^collection\.yaml is there twice/],
    ["the same path twice, written otherwise", [{ name: "./collection.yaml" }], /^collection\.yaml is there twice/],
    ["paths that differ in case only", [{ name: "A.md" }, { name: "a.md" }], /^a\.md cannot be beside A\.md/],
    ["paths that differ in composition only", [{ name: "\u00e4.md" }, { name: "a\u0308.md" }], /cannot be beside/],
    ["a file that is also a folder", [{ name: "a", body: "1" }, { name: "A/b.md" }], /^A\/b\.md cannot be beside a /],
    ["a forbidden name", [{ name: "flows/__proto__" }], /has a forbidden name/],
    ["a hidden file", [{ name: ".git/hooks/post-checkout" }], /is hidden/],
    ["a control character in a name", [{ name: "a\u001b[2J.md" }], /has control characters/],
    ["a name longer than any disk takes", [{ name: `${"x".repeat(300)}.md` }], /has a path of more than 240 bytes/],
    ["a path too deep", [{ name: "1/2/3/4/5/6.md" }], /is not a path inside the collection/],
    ["a file that is not text", [{ name: "a.md", body: Uint8Array.of(0xff, 0xfe) }], /^a\.md is not text in UTF-8/],
    ["a schema of 10 MB", [{ name: "schemas/big.schema.json", body: "{".repeat(10_485_760) }], /unpacks to more than/],
    ["a file that is too large", [{ name: "a.md", body: "x".repeat(262_145) }], /^a\.md is larger than 262144 bytes/],
    [
      "more files than a collection has",
      Array.from({ length: 200 }, (_, index) => ({ name: `${index}.md` })),
      /has more than 200 files/,
    ],
    [
      "more in all than a collection has",
      Array.from({ length: 9 }, (_, index) => ({ name: `${index}.md`, body: "x".repeat(250_000) })),
      /has more than 2097152 bytes/,
    ],
  ];
  for (const [what, entries, message] of refusals) {
    it(`is refused for ${what}`, async () => {
      const error = await failureOf(readBundle(await tgzOf(...entries)));
      expect(error.code).to.equal("COLLECTION_INVALID");
      expect(error.message).to.match(message);
    });
  }

  it("is refused for a name that is not UTF-8", async () => {
    const tar = Buffer.from(await tarOf([{ name: "collection.yaml", body: manifest }, { name: "XY.md" }]));
    const at = tar.indexOf("XY.md");
    tar[at] = 0xff;
    // The header's checksum is the sum of its bytes, in octal.
    const header = at;
    const sum = tar.subarray(header, header + 512).reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    tar.write(sum.toString(8).padStart(6, "0"), header + 148, "latin1");
    expect((await failureOf(readBundle(gzipSync(tar)))).message).to.match(/has a name that is not UTF-8/);
  });

  it("is stopped at the limit when it would unpack to gigabytes, with little memory", async () => {
    // 64 MiB of zeros, 64 times: each member is a gzip file of its own, and a reader goes on to the next.
    const member = gzipSync(Buffer.alloc(67_108_864), { level: 9 });
    const bomb = Buffer.concat(Array.from({ length: 60 }, () => member));
    expect(bomb.length).to.be.below(4_194_304);
    const before = process.memoryUsage().arrayBuffers;
    const error = await failureOf(readBundle(bomb));
    expect(error.message).to.equal("The bundle unpacks to more than 4194304 bytes");
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(33_554_432);
  });

  it("is refused for a size that it does not have", async () => {
    const tar = Buffer.from(await tarOf([{ name: "a.md", body: "x".repeat(100_000) }]));
    const cut = gzipSync(tar.subarray(0, 10_240));
    expect((await failureOf(readBundle(cut))).message).to.match(/^The bundle is damaged/);
  });

  it("is refused for damage of any kind, and never by anything but a refusal", async () => {
    const whole = Buffer.from(await tgzOf({ name: "README.md", body: "Hello" }));
    const tar = Buffer.from(await tarOf([{ name: "collection.yaml", body: manifest }]));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (place, flip, inside) => {
        const bytes = Buffer.from(inside ? tar : whole);
        bytes[place % bytes.length]! ^= flip;
        try {
          await readBundle(inside ? gzipSync(bytes) : bytes);
        } catch (error) {
          expect(error).to.have.property("name", "PatchbayError");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a hostile .json bundle", () => {
  const file = (path: string, text = "") => ({ path, text });
  const refusals: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["a path that leads out", jsonOf(file("../evil.md")), /is not a path inside/],
    ["a forbidden name", jsonOf(file("__proto__", "polluted")), /has a forbidden name/],
    ["a zero byte in a name", jsonOf(file("a\0.md")), /has control characters/],
    ["half a character in a name", jsonOf(file("a\ud800.md")), /has a name that is not UTF-8/],
    ["half a character in a text", jsonOf(file("a.md", "\ud800")), /has text that is not Unicode/],
    ["the same path twice", jsonOf(file("collection.yaml")), /is there twice/],
    ["a file without text", jsonOf({ path: "a.md" }), /has a file that is not \{ path, text \}/],
    ["files that are no list", Buffer.from('{"format":"patchbay-bundle-1","files":{}}'), /has no list of files/],
    ["another format", Buffer.from('{"format":"something"}'), /has no "format"/],
    ["JSON that is none", Buffer.from("{oops"), /is not JSON/],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff]), /is not text in UTF-8/],
    ["nesting without end", Buffer.from(`{"files":${"[".repeat(2_000_000)}`), /is not JSON/],
    ["its size", Buffer.alloc(4_194_305, 0x7b), /is larger than 4194304 bytes/],
    ["being nothing known", Buffer.from("PK\u0003\u0004"), /is neither a \.tgz nor a \.json bundle/],
    ["being empty", new Uint8Array(), /is neither/],
  ];
  for (const [what, bytes, message] of refusals) {
    it(`is refused for ${what}`, async () => {
      const error = await failureOf(readBundle(bytes));
      expect(error.code).to.equal("COLLECTION_INVALID");
      expect(error.message).to.match(message);
    });
  }
});
