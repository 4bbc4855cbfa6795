import { expect } from "chai";
import type { CollectionView } from "../../src/api/contract/collection.js";
import { collectionRoutes } from "../../src/api/routes/collections.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import { packagePath } from "../../src/config/package-root.js";
import { thisMachine } from "../../src/core/caller.js";
import type { Store } from "../../src/core/store.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { installShipped, repositoryPath, twilioParameters, withInstaller } from "./parts.js";

/** A store that says that others use it too. */
async function withSharedStore(use: (store: Store) => Promise<void>): Promise<void> {
  const path = ":memory:";
  const store = await openSqliteStore({ path, migrationsFolder: packagePath("src/store/sqlite/migrations") });
  try {
    await use({ ...store, exclusive: false });
  } finally {
    await store.close();
  }
}

describe("installers of several processes on one store", () => {
  it("do not install at the same moment what does not go together", () =>
    withSharedStore((store) =>
      withInstaller({ store }, (one) =>
        withInstaller({ store }, async (two) => {
          for (const name of ["ecommerce", "communication"]) await one.install({ name, parameters: {} });
          await two.refresh();
          const files = await readCollectionFolder(repositoryPath("collections/ecommerce"));
          const less = Object.entries(files).filter(([path]) => !/customer/.test(path));
          const outcomes = await Promise.allSettled([
            one.install({ name: "twilio", parameters: twilioParameters }),
            two.install({ files: Object.fromEntries(less), parameters: {} }),
          ]);
          expect(outcomes.map(({ status }) => status).toSorted()).to.deep.equal(["fulfilled", "rejected"]);
          const refused = outcomes.find((outcome) => outcome.status === "rejected");
          expect(refused?.reason.code).to.equal("COLLECTION_INVALID");
        }),
      ),
    ));

  it("both do what goes together, on what the other has left", () =>
    withSharedStore((store) =>
      withInstaller({ store }, (one) =>
        withInstaller({ store }, async (two) => {
          await Promise.all([
            one.install({ name: "ecommerce", parameters: {} }),
            two.install({ name: "communication", parameters: {} }),
          ]);
          await Promise.all([one.refresh(), two.refresh()]);
          for (const installer of [one, two]) {
            expect((await installer.installed()).map(({ collection }) => collection.name)).to.have.members([
              "ecommerce",
              "communication",
            ]);
          }
        }),
      ),
    ));

  it("start without a collection that does not fit the others any more, and have it again when it is put right", () =>
    withSharedStore(async (store) => {
      await withInstaller({ store }, installShipped);
      const installed = await store.collections.get("communication");
      const dataTypes = installed!.collection.dataTypes.map((dataType) => ({
        ...dataType,
        schema: { ...dataType.schema, allOf: [{ $ref: "nobody/Has" }] },
      }));
      const collection = { ...installed!.collection, dataTypes };
      await store.commit([{ kind: "collection-installed", installed: { ...installed!, collection } }]);
      await withInstaller({ store }, async (installer) => {
        expect(installer.leftOut().map(({ collection }) => collection)).to.deep.equal(["communication"]);
        expect(installer.leftOut()[0]?.reason).to.include("nobody/Has");
        expect(installer.catalog().dataType("ecommerce/Order")).to.not.equal(null);
        const [list] = collectionRoutes({ installer, publicUrl: null });
        const listed = async () => {
          const { body } = (await list!.handle({ query: {}, caller: thisMachine } as never)) as {
            body: { items: readonly CollectionView[] };
          };
          return body.items.find(({ name }) => name === "communication");
        };
        expect((await listed())?.leftOut?.reason).to.include("nobody/Has");
        expect(await listed()).to.deep.include({ installed: null, shippedVersion: collection.version });
        await installer.install({ name: "communication", parameters: {} });
        expect(installer.leftOut()).to.deep.equal([]);
        expect((await listed())?.leftOut).to.equal(null);
        expect((await listed())?.installed?.version).to.equal(collection.version);
        expect(installer.catalog().dataType(dataTypes[0]!.name)).to.not.equal(null);
      });
    }));
});
