import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { CollectionDetailsView } from "../../src/api/contract/collection.js";
import { parseLockFile, toLockFile } from "../../src/cli/collection/lock-file.js";
import { PatchbayError } from "../../src/core/errors.js";
import {
  examination,
  examined,
  installationOf,
  integrity,
  pageAnswer,
  planHash,
  planned,
  planning,
  runCli,
  startScriptedServer,
  temporaryFolder,
} from "./parts.js";

function details(name: string, origin: object | null, requires: Record<string, string> = {}): CollectionDetailsView {
  const from = { source: name, resolved: `shipped:${name}`, integrity, version: "1.0.0", publisher: null, ...origin };
  return { name, requires, origin: origin === null ? null : from } as unknown as CollectionDetailsView;
}

describe("a lock file", () => {
  it("says where exactly the same can be read again", () => {
    const { collections } = toLockFile([
      details("web", { source: "https://x.com/w.tgz", resolved: "https://cdn.x.com/w-1.tgz" }),
      details("tag", { source: "git+https://x.com/r#v1", resolved: "git+https://x.com/r#0abc" }),
      details("named", { source: "named@^1.0.0", resolved: "/srv/index/bundles/named-1.0.0.tgz" }),
      details("mine", { source: "./mine", resolved: "./mine" }),
      details("base", {}, { other: "^1.0.0" }),
    ]);
    expect(Object.entries(collections).map(([name, { source }]) => `${name} ${source}`)).to.deep.equal([
      "base base@1.0.0",
      "mine ./mine",
      "named named@1.0.0",
      "tag git+https://x.com/r#0abc",
      "web https://cdn.x.com/w-1.tgz",
    ]);
    expect(collections.base).to.deep.equal({
      ...{ version: "1.0.0", source: "base@1.0.0", integrity, publisher: null, requires: { other: "^1.0.0" } },
    });
  });

  it("is read as it was written", () => {
    const lock = toLockFile([details("base", {}), details("shop", { publisher: "ed25519:A" }, { base: "^1.0.0" })]);
    expect(parseLockFile(JSON.stringify(lock), "x")).to.deep.equal(lock);
  });

  it("is not written for what came from nobody knows where", () => {
    expect(() => toLockFile([details("old", null)])).to.throw(
      PatchbayError,
      "Nobody knows any more where old came from",
    );
  });

  it("is refused when it is none, or has no integrity", () => {
    const broken = ["", "[]", "{}", '{"format":"patchbay-lock-1","collections":{}}'];
    const open = { format: "patchbay-lock-1", collections: { a: { version: "1.0.0", source: "a" } } };
    for (const text of [...broken, JSON.stringify(open)]) {
      expect(() => parseLockFile(text, "x.json"), text).to.throw(PatchbayError, "x.json is not a lock file");
    }
  });

  it("is written by one command, and installed by another, all in one plan", async () => {
    const base = details("base", {});
    const shop = details("shop", {}, { base: "^1.0.0" });
    const installed = { version: "1.0.0" };
    await using server = await startScriptedServer(({ method, path }) => {
      if (path === examination)
        return { body: { ...examined, parameters: { properties: { pace: { type: "number" } } } } };
      if (path === planning) return { body: planned };
      if (method === "POST") return { body: { ...shop, installed, alongside: [{ name: "base", version: "1.0.0" }] } };
      if (path.endsWith("/base")) return { body: base };
      return path.endsWith("/shop") ? { body: shop } : pageAnswer([base, shop].map((one) => ({ ...one, installed })));
    });
    await using folder = await temporaryFolder({});
    const lock = join(folder.path, "patchbay.lock.json");
    const locked = await runCli(["collection", "lock", "--out", lock], { url: server.url });
    expect(locked.stdout, locked.stderr).to.include("2 collections locked in");
    expect(parseLockFile(await readFile(lock, "utf8"), lock)).to.deep.equal(toLockFile([base, shop]));
    await writeFile(join(folder.path, "values.yaml"), "shop: { greeting: Hi }\n");
    const words = ["collection", "install", "--lock", lock, "--yes", "--set", "shop/pace=3"];
    const done = await runCli([...words, "--values", join(folder.path, "values.yaml")], { url: server.url });
    expect(done.stdout, done.stderr).to.include("base 1.0.0 is installed.\nshop 1.0.0 is installed.");
    expect(installationOf(server)?.body).to.deep.equal({
      ...{ source: "base@1.0.0", integrity, planHash, others: [{ source: "shop@1.0.0", integrity }] },
      parametersOf: { shop: { greeting: "Hi", pace: 3 } },
    });
  });
});
