import { expect } from "chai";
import { secretsIn } from "../../../src/collections/check-secrets.js";
import { publishVersion } from "../../../src/collections/source/publish-version.js";
import { readWithRequired } from "../../../src/collections/source/read-required.js";
import type { SourceReading } from "../../../src/collections/source/read-source.js";
import { readingContext } from "../parts.js";
import { openReading, testFolder } from "./reading.js";

const manifestOf = (name: string, requires: Readonly<Record<string, string>>) =>
  `name: ${name}\nversion: 1.0.0\ntitle: T\nsummary: S\nrequires: ${JSON.stringify(requires)}\n`;

const filesOf = (name: string, requires: Readonly<Record<string, string>>) => ({
  "collection.yaml": manifestOf(name, requires),
  "schemas/thing.schema.yaml": `$id: ${name}/Thing\ntitle: Thing\ntype: object\nproperties: {}\n`,
});

async function publish(folder: string, { grammar }: SourceReading, all: Record<string, Record<string, string>>) {
  for (const [name, requires] of Object.entries(all)) {
    const empty = { dataTypes: [], translators: [], connections: [], flows: [], samples: [], parameters: {} };
    const collection = { name, version: "1.0.0", title: "T", summary: "S", licence: null, requires, ...empty };
    const bundle = { files: filesOf(name, requires), signature: null };
    await publishVersion(folder, { bundle, collection, publishedAt: new Date(0) }, grammar);
  }
}

describe("checking a collection that requires others", () => {
  it("reads them from the indexes, and what they require", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: [folder.path] });
    await publish(folder.path, opened.reading, { base: {}, middle: { base: "^1.0.0" } });
    const files = filesOf("top", { middle: "^1.0.0", base: "1.x" });
    const { collection, problems } = await readWithRequired(files, await readingContext(), opened.reading);
    expect(problems).to.deep.equal([]);
    expect(collection?.name).to.equal("top");
  });

  it("comes to an end when they require each other, and says what is missing", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: [folder.path] });
    await publish(folder.path, opened.reading, { a: { b: "*" }, b: { c: "*" }, c: { a: "*" } });
    const files = filesOf("a", { b: "*" });
    const { collection, missing } = await readWithRequired(files, await readingContext(), opened.reading);
    expect(collection).to.equal(null);
    expect(missing.map(({ name }) => name)).to.deep.equal(["b"]);
  });

  it("says which are nowhere", async () => {
    await using opened = await openReading();
    const files = filesOf("top", { nowhere: "^1.0.0" });
    const { problems } = await readWithRequired(files, await readingContext(), opened.reading);
    expect(problems.map(({ message }) => message)).to.deep.equal([
      "nowhere ^1.0.0 is required, but it is not installed",
    ]);
  });
});

describe("what looks like a secret", () => {
  const hex = "0123456789abcdef";
  const looks = [
    `AC${hex}${hex}`,
    hex + hex,
    "-----BEGIN PRIVATE KEY-----",
    `sk_live_${hex}`,
    `shpat_${hex}${hex}`,
    `xoxb-${"1".repeat(12)}-${"a".repeat(12)}`,
    "https://hooks.slack.com/services/T000/B000/abcdef",
    `AKIA${"A1".repeat(8)}`,
    `ghp_${"a".repeat(36)}`,
    `SG.${"a".repeat(20)}.${"b".repeat(20)}`,
    `ck_${"0123456789".repeat(4)}`,
    `eyJ${"a".repeat(12)}.eyJ${"b".repeat(12)}.${"c".repeat(12)}`,
    "https://shop:hunter2@example.com/api",
  ];
  for (const secret of looks) {
    it(`is found in any file: ${secret.slice(0, 12)}…`, () => {
      const found = secretsIn({ "README.md": `One\nUse ${secret} here` });
      expect(found).to.have.lengthOf(1);
      expect(found[0]?.message)
        .to.match(/^line 2 has what looks like /)
        .and.not.include(secret);
    });
  }

  it("is not what only reminds of it", () => {
    const text = [
      "authToken: =$params.authToken",
      "https://example.com/a:b@c",
      "ACCOUNT_SID and sk_live_ and AKIA",
      `sha512-${"A".repeat(86)}==`,
      "R123456789",
      "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ];
    expect(secretsIn({ "README.md": text.join("\n") })).to.deep.equal([]);
  });
});
