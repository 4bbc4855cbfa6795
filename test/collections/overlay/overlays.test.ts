import { expect } from "chai";
import type { CollectionFiles, Installer, Undertaking } from "../../../src/collections/installer.js";
import type { Plan } from "../../../src/collections/plan/plan.js";
import { packagePath } from "../../../src/config/package-root.js";
import type { Store } from "../../../src/core/store.js";
import { openSqliteStore } from "../../../src/store/sqlite/open-sqlite-store.js";
import { failureOf, withInstaller } from "../parts.js";

const FLOW = "flows/tell.flow.yaml";
const TRANSLATOR = "translators/greet.jsonata";
const MANIFEST = "collection.yaml";

interface Version {
  readonly version?: string;
  readonly title?: string;
  readonly events?: string;
  readonly id?: string;
}

/** A shop with a flow that tells operators of orders, by a translator. */
function shop({ version = "1.0.0", title = "Tell", events = "created", id = "id" }: Version = {}): CollectionFiles {
  return {
    [MANIFEST]: `name: shop\nversion: ${version}\ntitle: Shop\nsummary: For tests.\nparameters:\n  type: object\n  properties:\n    greeting: { type: string, default: Hello }\n`,
    "schemas/order.schema.yaml":
      "$id: shop/Order\ntitle: Order\ntype: object\nx-key: [id]\nrequired: [id]\nproperties: { id: { type: string }, name: { type: string } }\n",
    [FLOW]: `name: tell\ntitle: ${title}\non: { record: shop/Order, events: [${events}] }\nsteps:\n  - { id: text, translate: greet }\n  - { id: tell, notify: =$steps.text.message }\n`,
    [TRANSLATOR]: `/* title: Greet\n   from: Order */\n{\n  "message": "Hello " & name,\n  "by": "shop",\n  "for": "operators",\n  "id": ${id}\n}\n`,
  };
}

function installing(files: CollectionFiles, more: object = {}): Undertaking {
  return { kind: "install", contents: [{ files, from: "./shop" }], ...more };
}

async function perform(installer: Installer, undertaking: Undertaking): Promise<Plan> {
  const plan = await installer.plan(undertaking);
  await installer.apply(undertaking, plan.hash);
  return plan;
}

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const path = ":memory:";
  const store = await openSqliteStore({ path, migrationsFolder: packagePath("src/store/sqlite/migrations") });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** An installer with the shop, and the text of one of its files. */
async function withShop(use: (installer: Installer, store: Store) => Promise<void>): Promise<void> {
  await withStore((store) =>
    withInstaller({ store }, async (installer) => {
      await perform(installer, installing(shop()));
      await use(installer, store);
    }),
  );
}

async function textOf(file: string, installer: Installer): Promise<string> {
  const text = (await installer.running("shop")).files[file];
  if (text === undefined) throw new Error(`the shop has no ${file}`);
  return text;
}

/** Changes a file in one place. */
async function change(installer: Installer, file: string, [from, to]: readonly [string, string]): Promise<void> {
  const text = await textOf(file, installer);
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await installer.editCollection("shop", { file, text: text.replace(from, to) });
}

function outcomesOf({ collections }: Plan): string[] {
  return collections.flatMap(({ overlays }) => overlays.map(({ file, outcome }) => `${outcome} ${file}`));
}

describe("changing an installed collection", () => {
  it("keeps changes through upgrades, shows contradictions and does nothing until they are settled", () =>
    withShop(async (installer, store) => {
      const first = installer.catalog().flow("shop/tell")?.version.hash ?? "";
      await change(installer, FLOW, ["title: Tell", "title: Tell the office"]);
      await change(installer, TRANSLATOR, ["Hello", "Good day"]);
      expect(installer.catalog().flow("shop/tell")?.version.flow.title).to.equal("Tell the office");
      expect((await installer.tryTranslator("shop/greet", { name: "Joe", id: "1" })).output).to.include({
        message: "Good day Joe",
      });

      const more = shop({ version: "1.1.0", events: "created, updated", id: '"R" & id' });
      expect(outcomesOf(await perform(installer, installing(more)))).to.deep.equal([
        `merged ${FLOW}`,
        `merged ${TRANSLATOR}`,
      ]);
      const { flow } = installer.catalog().flow("shop/tell")!.version;
      expect(flow).to.deep.include({ title: "Tell the office" });
      expect(JSON.stringify(flow)).to.include("updated");
      const { output } = await installer.tryTranslator("shop/greet", { name: "Joe", id: "1" });
      expect(output).to.include({ message: "Good day Joe", id: "R1" });
      expect((await store.flows.version(first))?.flow.title).to.equal("Tell");

      const other = shop({ version: "1.2.0", events: "created, updated", id: '"R" & id', title: "Tell everybody" });
      const plan = await installer.plan(installing(other));
      expect(outcomesOf(plan)).to.deep.equal([`conflict ${FLOW}`, `kept ${TRANSLATOR}`]);
      expect(plan.collections[0]).to.include({ from: "1.1.0", to: "1.2.0" });
      expect(plan.collections[0]?.overlays[0]?.places).to.deep.equal([
        { place: "/title", base: "Tell", mine: "Tell the office", theirs: "Tell everybody" },
      ]);
      const refused = await failureOf(installer.apply(installing(other), plan.hash));
      expect(refused.code).to.equal("OVERLAY_CONFLICT");
      expect(refused.message).to.include(`${FLOW} of shop at /title`);
      expect((await failureOf(installer.install({ files: other, parameters: {} }))).code).to.equal("OVERLAY_CONFLICT");
      expect((await installer.running("shop")).version).to.equal("1.1.0");

      const ours = installing(other, { settlements: { [FLOW]: "mine" } });
      const settled = await installer.plan(ours);
      expect(settled.hash).to.not.equal(plan.hash);
      expect((await failureOf(installer.apply(ours, plan.hash))).code).to.equal("PLAN_CHANGED");
      await installer.apply(ours, settled.hash);
      expect(installer.catalog().flow("shop/tell")?.version.flow.title).to.equal("Tell the office");

      const back = { kind: "rollback", name: "shop", version: "1.0.0" } as const;
      expect(outcomesOf(await installer.plan(back))).to.include(`conflict ${FLOW}`);
      await perform(installer, { ...back, settlements: { [FLOW]: "mine" } });
      expect(JSON.stringify(installer.catalog().flow("shop/tell")?.version.flow)).to.not.include("updated");
      expect(await textOf(FLOW, installer)).to.include("title: Tell the office");
      expect(await textOf(TRANSLATOR, installer)).to.equal((shop()[TRANSLATOR] ?? "").replace("Hello", "Good day"));

      await withInstaller({ store }, async (restarted) => {
        expect(restarted.catalog().flow("shop/tell")?.version.flow.title).to.equal("Tell the office");
        expect((await restarted.overlays("shop")).map(({ file }) => file)).to.deep.equal([FLOW, TRANSLATOR]);
        await perform(restarted, { kind: "uninstall", name: "shop" });
        expect(await store.collections.overlays(null)).to.deep.equal([]);
      });
    }));

  it("takes the collection's own text where somebody says so", () =>
    withShop(async (installer) => {
      await change(installer, FLOW, ["title: Tell", "title: Tell the office"]);
      const next = installing(shop({ version: "1.1.0", title: "Tell everybody" }), {
        settlements: { [`shop/${FLOW}`]: "theirs" },
      });
      expect(outcomesOf(await perform(installer, next))).to.deep.equal([`dissolved ${FLOW}`]);
      expect(installer.catalog().flow("shop/tell")?.version.flow.title).to.equal("Tell everybody");
      expect(await installer.overlays("shop")).to.deep.equal([]);
    }));

  it("refuses to settle what was not changed here", () =>
    withShop(async (installer) => {
      const next = installing(shop({ version: "1.1.0" }), { settlements: { [FLOW]: "mine" } });
      const error = await failureOf(installer.plan(next));
      expect(error.code).to.equal("REQUEST_INVALID");
      expect(error.message).to.include(FLOW);
    }));

  it("is planned like any change, with what it would do", () =>
    withShop(async (installer) => {
      const text = (await textOf(FLOW, installer)).replace("[created]", "[created, updated]");
      const edit: Undertaking = { kind: "edit", name: "shop", file: FLOW, text };
      const plan = await installer.plan(edit);
      expect(outcomesOf(plan)).to.deep.equal([`changed ${FLOW}`]);
      expect(plan.collections[0]).to.include({ action: "replace", from: "1.0.0", to: "1.0.0" });
      const changed = plan.collections[0]?.objects.filter(({ action }) => action === "update");
      expect(changed?.map(({ name }) => name)).to.deep.equal(["shop/tell"]);
      expect(await installer.overlays("shop")).to.deep.equal([]);
      await installer.apply(edit, plan.hash);
      expect(outcomesOf(await installer.plan(edit))).to.deep.equal([`kept ${FLOW}`]);
      const reset = await perform(installer, { ...edit, text: null });
      expect(outcomesOf(reset)).to.deep.equal([`removed ${FLOW}`]);
      expect(await textOf(FLOW, installer)).to.equal(shop()[FLOW]);
    }));

  it("checks the whole collection, and says all that is wrong at once", () =>
    withShop(async (installer, store) => {
      const text = `name: tell\ntitle: Tell\non: { record: shop/Order, events: [made] }\nsteps:\n  - { id: a, translate: none }\n`;
      const error = await failureOf(installer.editCollection("shop", { file: FLOW, text }));
      expect(error.code).to.equal("COLLECTION_INVALID");
      const problems = error.details.problems as unknown as readonly { file: string }[];
      expect(problems.every(({ file }) => file === FLOW)).to.equal(true);
      expect(JSON.stringify(problems)).to.not.include("--theirs");
      const schema = await failureOf(
        installer.editCollection("shop", {
          file: "schemas/order.schema.yaml",
          text: "$id: shop/Bill\ntitle: Bill\ntype: object\n",
        }),
      );
      expect(schema.message).to.include(FLOW);
      expect(await store.collections.overlays(null)).to.deep.equal([]);
    }));

  it("adds files that the collection does not have, and upgrades keep them", () =>
    withShop(async (installer) => {
      const file = "flows/thank.flow.yaml";
      const text =
        "name: thank\ntitle: Thank\non: { record: shop/Order, events: [deleted] }\nsteps:\n  - { id: tell, notify: Thanks }\n";
      await installer.editCollection("shop", { file, text });
      expect(installer.catalog().flow("shop/thank")?.active).to.equal(false);
      const plan = await perform(installer, installing(shop({ version: "1.1.0" })));
      expect(outcomesOf(plan)).to.deep.equal([`kept ${file}`]);
      expect(installer.catalog().flow("shop/thank")).to.not.equal(null);
      await installer.editCollection("shop", { file, text: null });
      expect(installer.catalog().flow("shop/thank")).to.equal(null);
    }));

  it("changes defaults of parameters, but neither name, version nor requirements", () =>
    withShop(async (installer) => {
      await change(installer, MANIFEST, ["default: Hello", "default: Hey"]);
      expect((await installer.overlays("shop")).map(({ file }) => file)).to.deep.equal([MANIFEST]);
      const text = (await textOf(MANIFEST, installer)).replace("1.0.0", "1.0.1");
      const error = await failureOf(installer.editCollection("shop", { file: MANIFEST, text }));
      expect(error.code).to.equal("OVERLAY_FORBIDDEN");
      expect(error.message).to.include("version");
      await perform(installer, installing(shop({ version: "1.1.0" })));
      const running = await installer.running("shop");
      expect(running.version).to.equal("1.1.0");
      expect(running.files[MANIFEST]).to.include("default: Hey").and.include("version: 1.1.0");
    }));

  it("leaves files alone that are the author's, and paths that are none", () =>
    withShop(async (installer) => {
      for (const file of ["README.md", "signature.json", "flows", "../flows/x.flow.yaml", "CHANGELOG.md"]) {
        const error = await failureOf(installer.editCollection("shop", { file, text: "x" }));
        expect(error.code, file).to.equal("OVERLAY_FORBIDDEN");
      }
      for (const text of ["a\u0000b", "\ud800"]) {
        expect((await failureOf(installer.editCollection("shop", { file: FLOW, text }))).code).to.equal(
          "OVERLAY_FORBIDDEN",
        );
      }
      const error = await failureOf(installer.editCollection("shop", { file: "flows/../../x", text: "x" }));
      expect(error.code).to.equal("COLLECTION_INVALID");
    }));

  it("says of a merge that does not work which file is changed here", () =>
    withShop(async (installer) => {
      await change(installer, FLOW, ["notify: =$steps.text.message", "notify: Look"]);
      const { [TRANSLATOR]: _gone, ...rest } = shop({ version: "1.1.0" });
      const flow =
        "name: tell\ntitle: Tell\non: { record: shop/Order, events: [created] }\nsteps:\n  - { id: text, translate: thank }\n  - { id: tell, notify: =$steps.text.message }\n";
      const error = await failureOf(installer.plan(installing({ ...rest, [FLOW]: flow })));
      expect(error.code).to.equal("COLLECTION_INVALID");
      const problems = error.details.problems as unknown as readonly { file: string; remedy: string }[];
      expect(problems.find(({ file }) => file === FLOW)?.remedy).to.include(`--theirs ${FLOW}`);
    }));

  it("dissolves a change that the collection has made too", () =>
    withShop(async (installer) => {
      await change(installer, FLOW, ["title: Tell", "title: Tell the office"]);
      const plan = await perform(installer, installing(shop({ version: "1.1.0", title: "Tell the office" })));
      expect(outcomesOf(plan)).to.deep.equal([`dissolved ${FLOW}`]);
      expect(await installer.overlays("shop")).to.deep.equal([]);
    }));

  it("is heard of by other processes", () =>
    withStore(async (store) => {
      const shared = { ...store, exclusive: false };
      await withInstaller({ store: shared }, (one) =>
        withInstaller({ store: shared }, async (two) => {
          await perform(one, installing(shop()));
          await change(one, FLOW, ["title: Tell", "title: Tell the office"]);
          await two.refresh();
          expect(two.catalog().flow("shop/tell")?.version.flow.title).to.equal("Tell the office");
          await change(two, TRANSLATOR, ["Hello", "Good day"]);
          expect((await one.overlays("shop")).map(({ file }) => file)).to.deep.equal([FLOW, TRANSLATOR]);
        }),
      );
    }));
});
