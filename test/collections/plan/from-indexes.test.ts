import { expect } from "chai";
import type { Undertaking } from "../../../src/collections/installer.js";
import { publishVersion } from "../../../src/collections/source/publish-version.js";
import type { SourceReading } from "../../../src/collections/source/read-source.js";
import { failureOf, withInstaller } from "../parts.js";
import { openReading, testFolder } from "../source/reading.js";

function filesOf(name: string, version: string, requires: Readonly<Record<string, string>> = {}) {
  const manifest = `name: ${name}\nversion: ${version}\ntitle: T\nsummary: S\nrequires: ${JSON.stringify(requires)}\n`;
  return { "collection.yaml": manifest };
}

async function publish(folder: string, { grammar }: SourceReading, version: string): Promise<void> {
  const name = "base";
  const empty = { dataTypes: [], translators: [], connections: [], flows: [], samples: [], parameters: {} };
  const collection = { name, version, title: "T", summary: "S", licence: null, requires: {}, ...empty };
  const bundle = { files: filesOf(name, version), signature: null };
  await publishVersion(folder, { bundle, collection, publishedAt: new Date(0) }, grammar);
}

describe("planning with an index", () => {
  it("takes from it what is required, which somebody has to vouch for, and upgrades from it", async () => {
    await using folder = await testFolder();
    await using opened = await openReading({ indexes: [folder.path] });
    for (const version of ["1.0.0", "1.1.0", "2.0.0"]) await publish(folder.path, opened.reading, version);
    await withInstaller({ access: opened.reading.access }, async (installer) => {
      const contents = [{ files: filesOf("shop", "1.0.0", { base: "^1.0.0" }), from: "./shop" }];
      const undertaking: Undertaking = { kind: "install", contents };
      const plan = await installer.plan(undertaking);
      expect(plan.collections.map(({ name, to, needsTrust }) => [name, to, needsTrust])).to.deep.equal([
        ["base", "1.1.0", true],
        ["shop", "1.0.0", false],
      ]);
      expect((await failureOf(installer.apply(undertaking, plan.hash))).code).to.equal("COLLECTION_UNSIGNED");
      const accepted = { ...undertaking, contents: contents.map((one) => ({ ...one, acceptUnsigned: true })) };
      const { installed } = await installer.apply(accepted, plan.hash);
      expect(installed.map(({ origin }) => origin.version)).to.deep.equal(["1.1.0", "1.0.0"]);
      const upgrade = await failureOf(installer.plan({ kind: "upgrade", name: "base", content: null }));
      expect(upgrade.message).to.include("shop 1.0.0 is installed and requires base ^1.0.0, but it would be 2.0.0");
    });
  });
});
