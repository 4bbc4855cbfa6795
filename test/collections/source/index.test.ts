import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readBundle, writeBundle } from "../../../src/collections/source/bundle.js";
import type { CollectionIndex } from "../../../src/collections/source/collection-index.js";
import { withIndexLock } from "../../../src/collections/source/index-lock.js";
import { integrityOf } from "../../../src/collections/source/integrity.js";
import { publishVersion } from "../../../src/collections/source/publish-version.js";
import { readSource, type SourceReading } from "../../../src/collections/source/read-source.js";
import { searchCollections } from "../../../src/collections/source/search-collections.js";
import { newPrivateKey, signStatement } from "../../../src/collections/source/signature.js";
import type { Collection } from "../../../src/core/collection.js";
import { failureOf } from "../parts.js";
import { manifest } from "./parts.js";
import { commit, openReading, type TestFolder, testFolder, testWeb } from "./reading.js";

const at = new Date("2026-02-03T10:00:00Z");

const filesOf = (version: string, readme = "Hello") => ({
  "collection.yaml": manifest.replace("1.0.0", version),
  "README.md": readme,
});

function collectionOf(version: string, name = "shop"): Collection {
  const empty = { dataTypes: [], translators: [], connections: [], flows: [], samples: [] };
  const words = { title: "Shop", summary: `For tests, ${version}.`, licence: null };
  return { name, version, ...words, requires: {}, parameters: {}, ...empty };
}

/** Publishes versions of the shop into a folder's index. */
async function publish({ path }: TestFolder, { grammar }: SourceReading, ...versions: readonly string[]) {
  for (const version of versions) {
    const bundle = { files: filesOf(version), signature: null };
    await publishVersion(path, { bundle, collection: collectionOf(version), publishedAt: at }, grammar);
  }
}

async function readIndex({ path }: TestFolder): Promise<CollectionIndex> {
  return JSON.parse(await readFile(join(path, "index.json"), "utf8")) as CollectionIndex;
}

/** Changes what an index says, as somebody with bad intentions would. */
async function tamper(folder: TestFolder, change: (version: Record<string, unknown>) => void): Promise<void> {
  const index = await readIndex(folder);
  change(index.collections.shop?.versions[0] as unknown as Record<string, unknown>);
  await folder.write({ "index.json": JSON.stringify(index) });
}

describe("an index of collections", () => {
  it("has what was published, newest first, and gives the newest in a range", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: [folder.path], local: false });
    await publish(folder, opened.reading, "1.0.0", "2.0.0-beta.1", "1.10.0", "1.9.0");
    const { collections } = await readIndex(folder);
    const versions = collections.shop?.versions.map(({ version }) => version);
    expect(versions).to.deep.equal(["2.0.0-beta.1", "1.10.0", "1.9.0", "1.0.0"]);
    expect(collections.shop).to.include({ title: "Shop", summary: "For tests, 2.0.0-beta.1." });
    const choices: Record<string, string> = {
      shop: "1.10.0",
      "shop@~1.9": "1.9.0",
      "shop@2.0.0-beta.1": "2.0.0-beta.1",
    };
    for (const [source, version] of Object.entries(choices)) {
      const { origin, files, own } = await readSource(source, opened.reading);
      expect(files).to.deep.equal(filesOf(version));
      const resolved = join(folder.path, `bundles/shop-${version}.tgz`);
      expect(origin).to.deep.equal({ source, resolved, integrity: integrityOf(files), version, publisher: null });
      expect(own).to.equal(false);
    }
  });

  it("has every version of several that are published at the same moment", async () => {
    await using folder = await testFolder();
    await using opened = await openReading();
    const versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];
    await Promise.all(versions.map((version) => publish(folder, opened.reading, version)));
    const { collections } = await readIndex(folder);
    expect(collections.shop?.versions.map(({ version }) => version)).to.deep.equal(versions.toReversed());
  });

  it("says who publishes into it when that does not end, and what to do", async () => {
    await using folder = await testFolder({ ".index.json.lock": "4711\n" });
    const work = withIndexLock(folder.path, async () => {}, { tries: 2, pauseMs: 1 });
    const error = await failureOf(work);
    expect([error.code, error.status]).to.deep.equal(["INDEX_LOCKED", 409]);
    expect(error.message).to.include("process 4711 is publishing").and.include(".index.json.lock");
    expect(error.remedy).to.include("delete");
  });

  it("gives a deprecated version only when there is no other", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: [folder.path] });
    await publish(folder, opened.reading, "1.0.0", "1.1.0");
    await tamper(folder, (newest) => Object.assign(newest, { deprecated: "It texts twice." }));
    expect((await readSource("shop", opened.reading)).origin.version).to.equal("1.0.0");
    expect((await readSource("shop@1.1.0", opened.reading)).origin.version).to.equal("1.1.0");
  });

  it("never changes what is published", async () => {
    await using folder = await testFolder();
    await using opened = await openReading();
    await publish(folder, opened.reading, "1.0.0");
    const before = await readIndex(folder);
    const again = { collection: collectionOf("1.0.0"), publishedAt: new Date() };
    const same = { ...again, bundle: { files: filesOf("1.0.0"), signature: null } };
    expect(await publishVersion(folder.path, same, opened.reading.grammar)).to.have.property("added", false);
    const other = { ...again, bundle: { files: filesOf("1.0.0", "Other"), signature: null } };
    const error = await failureOf(publishVersion(folder.path, other, opened.reading.grammar));
    expect(error.code).to.equal("VERSION_PUBLISHED");
    expect(await readIndex(folder)).to.deep.equal(before);
    const bytes = await readFile(join(folder.path, "bundles/shop-1.0.0.tgz"));
    expect((await readBundle(bytes)).files).to.deep.equal(filesOf("1.0.0"));
  });

  it("takes up a publication that did not come to its end, and no other in its place", async () => {
    const publication = { collection: collectionOf("1.0.0"), publishedAt: at };
    const bundle = { files: filesOf("1.0.0"), signature: null };
    for (const [left, outcome] of [
      [bundle, "added"],
      [{ files: filesOf("1.0.0", "Other"), signature: null }, "VERSION_PUBLISHED"],
    ] as const) {
      await using folder = await testFolder({ "bundles/shop-1.0.0.tgz": await writeBundle(left, "tgz") });
      await using opened = await openReading();
      const work = publishVersion(folder.path, { ...publication, bundle }, opened.reading.grammar);
      expect(outcome === "added" ? (await work).added : (await failureOf(work)).code).to.equal(
        outcome === "added" ? true : outcome,
      );
    }
  });

  it("keeps what it says of a collection, and what it is told anew", async () => {
    await using folder = await testFolder();
    await using opened = await openReading();
    const add = (version: string, more: object) =>
      publishVersion(
        folder.path,
        {
          bundle: { files: filesOf(version), signature: null },
          collection: collectionOf(version),
          publishedAt: at,
          ...more,
        },
        opened.reading.grammar,
      );
    await add("1.0.0", { category: "shops", publisher: "Acme" });
    await add("1.1.0", { publisher: "Acme Inc." });
    expect((await readIndex(folder)).collections.shop).to.include({ category: "shops", publisher: "Acme Inc." });
  });

  it("is the same from a folder, the web and git", async () => {
    await using folder = await testFolder();
    await using plain = await openReading();
    await publish(folder, plain.reading, "1.0.0");
    const bytes = await Promise.all(
      ["index.json", "bundles/shop-1.0.0.tgz"].map((name) => readFile(join(folder.path, name))),
    );
    await using web = await testWeb({ "/all/index.json": bytes[0]!, "/all/bundles/shop-1.0.0.tgz": bytes[1]! });
    await folder.git("init", "--quiet");
    await commit(folder, "v1");
    const origins: string[] = [];
    for (const index of [folder.path, `${web.url}/all`, `${web.url}/all/index.json`, `git+file://${folder.path}#v1`]) {
      await using opened = await openReading({ allow: [web.host], indexes: [index], local: false });
      const { files, origin } = await readSource("shop@^1", opened.reading);
      expect(files, index).to.deep.equal(filesOf("1.0.0"));
      origins.push(origin.resolved);
    }
    expect(origins[2]).to.equal(`${web.url}/all/bundles/shop-1.0.0.tgz`);
    expect(origins[3]).to.match(/#[0-9a-f]{40}:bundles\/shop-1\.0\.0\.tgz$/);
  });

  it("comes before the shipped collections, and the first of several that has a name", async () => {
    await using first = await testFolder();
    await using second = await testFolder();
    await using opened = await openReading({ indexes: [first.path, second.path] });
    await publish(first, opened.reading, "1.0.0");
    await publish(second, opened.reading, "9.0.0");
    expect((await readSource("shop", opened.reading)).origin.version).to.equal("1.0.0");
    expect((await failureOf(readSource("shop@9.0.0", opened.reading))).code).to.equal("COLLECTION_UNKNOWN");
    const shipped = await readSource("twilio@^1.0.0", opened.reading);
    expect(shipped).to.have.property("own", true);
    expect(shipped.origin.resolved).to.equal("shipped:twilio");
  });

  it("that cannot be read is not passed over: the next one may be somebody else's", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: ["/nowhere/index.json", folder.path] });
    await publish(folder, opened.reading, "1.0.0");
    const failure = await failureOf(readSource("shop", opened.reading));
    expect(failure.code).to.equal("SOURCE_UNKNOWN");
    expect(failure.message).to.include("The index /nowhere/index.json is not there");
    expect(failure.remedy).to.include("COLLECTION_INDEXES");
  });

  const lies: readonly (readonly [string, (version: Record<string, unknown>) => void, string])[] = [
    ["another integrity", (v) => Object.assign(v, { integrity: `sha512-${"A".repeat(86)}==` }), "INTEGRITY_MISMATCH"],
    ["another version", (v) => Object.assign(v, { version: "1.0.1" }), "INTEGRITY_MISMATCH"],
    [
      "a signature of something else",
      (v) => {
        const statement = { name: "shop", version: "1.0.0", integrity: "other" };
        v.signature = signStatement(statement, newPrivateKey());
      },
      "COLLECTION_SIGNATURE_INVALID",
    ],
    ["a path beside it", (v) => Object.assign(v, { source: "../other/shop.tgz" }), "SOURCE_INVALID"],
    ["an absolute path", (v) => Object.assign(v, { source: "/etc/shop.tgz" }), "SOURCE_INVALID"],
    ["a hidden path", (v) => Object.assign(v, { source: "bundles/%2e%2e/shop.tgz" }), "SOURCE_INVALID"],
    ["a file of this machine", (v) => Object.assign(v, { source: "git+file:///etc" }), "SOURCE_INVALID"],
    ["an address of this machine", (v) => Object.assign(v, { source: "https://127.0.0.1/x.tgz" }), "HOST_FORBIDDEN"],
    ["no version", (v) => Object.assign(v, { version: "newest" }), "INDEX_INVALID"],
    ["no integrity", (v) => Reflect.deleteProperty(v, "integrity"), "INDEX_INVALID"],
    ["what it may not say", (v) => Object.assign(v, { postInstall: "rm -rf /" }), "INDEX_INVALID"],
  ];
  for (const [what, change, code] of lies) {
    it(`is refused when it says ${what}`, async () => {
      await using folder = await testFolder();
      await using opened = await openReading({ indexes: [folder.path], local: true });
      await publish(folder, opened.reading, "1.0.0");
      await tamper(folder, change);
      expect((await failureOf(readSource("shop", opened.reading))).code).to.equal(code);
    });
  }

  for (const text of ["", "[]", "{}", '{"format":"patchbay-index-1","collections":{"__proto__":{}}}', "{oops"]) {
    it(`is refused when it is none: ${text || "nothing"}`, async () => {
      await using folder = await testFolder({ "index.json": text });
      await using opened = await openReading({ indexes: [folder.path] });
      expect((await failureOf(readSource("shop", opened.reading))).code).to.equal("INDEX_INVALID");
    });
  }

  it("is searched by words, with the shipped collections, and says which could not be read", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: ["/nowhere", folder.path] });
    await publish(folder, opened.reading, "1.0.0", "1.1.0");
    const shipped = [collectionOf("3.0.0"), collectionOf("1.0.0", "alerts")];
    const find = (words: string) => searchCollections(words, { ...opened.reading, shipped });
    const { collections, unreadable } = await find("");
    expect(collections.map(({ name, version, index }) => [name, version, index])).to.deep.equal([
      ["shop", "1.1.0", folder.path],
      ["alerts", "1.0.0", null],
    ]);
    expect(unreadable.map(({ index }) => index)).to.deep.equal(["/nowhere"]);
    expect((await find("TESTS shop 1.1")).collections.map(({ name }) => name)).to.deep.equal(["shop"]);
    expect((await find("shop nonsense")).collections).to.deep.equal([]);
  });
});
