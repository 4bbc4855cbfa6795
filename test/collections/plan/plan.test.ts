import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { CollectionFiles, Installer, Undertaking } from "../../../src/collections/installer.js";
import type { Plan } from "../../../src/collections/plan/plan.js";
import { readCollectionFolder } from "../../../src/collections/read-folder.js";
import {
  failureOf,
  type MemoryStore,
  openMemoryStore,
  repositoryPath,
  twilioParameters,
  withInstaller,
} from "../parts.js";

interface Version {
  readonly version?: string;
  readonly requires?: string;
  readonly required?: string;
  readonly condition?: string;
  readonly more?: CollectionFiles;
}

/** A shop with one data type and one flow that tells operators of orders. */
function shop({ version = "1.0.0", requires = "", required = "id", condition = "total > 5", more = {} }: Version = {}) {
  return {
    "collection.yaml": `name: shop\nversion: ${version}\ntitle: Shop\nsummary: For tests.\n${requires}`,
    "schemas/order.schema.yaml": `$id: shop/Order\ntitle: Order\ntype: object\nx-key: [id]\nrequired: [${required}]\nproperties: { id: { type: string }, total: { type: number }, email: { type: string } }\n`,
    "flows/tell.flow.yaml": `name: tell\ntitle: Tell\non: { record: shop/Order, events: [created], when: ${condition} }\nsteps:\n  - { id: tell, notify: Look }\n`,
    ...more,
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

/** An installer, and the memory that it stores in. */
async function withShop(use: (installer: Installer, store: MemoryStore) => Promise<void>): Promise<void> {
  const store = openMemoryStore();
  await withInstaller({ store }, (installer) => use(installer, store));
}

describe("planning an installation", () => {
  it("lists what would come, and changes nothing", async () => {
    await withShop(async (installer, store) => {
      const commits = store.commits.length;
      const plan = await installer.plan(installing(shop()));
      const [collection] = plan.collections;
      expect(collection).to.include({ name: "shop", action: "install", from: null, to: "1.0.0", needsTrust: false });
      expect(collection?.objects.map(({ kind, name, action }) => `${action} ${kind} ${name}`)).to.deep.equal([
        "create data type shop/Order",
        "create flow shop/tell",
      ]);
      expect(plan.starts).to.deep.equal([
        {
          flow: "shop/tell",
          change: "waits",
          message:
            "is off until somebody switches it on; then it notifies operators on every new shop/Order where total > 5",
        },
      ]);
      expect(store.commits.length).to.equal(commits);
      expect(await installer.installed()).to.deep.equal([]);
    });
  });

  it("takes in what is required and not there, and installs all of it in one commit", async () => {
    await withShop(async (installer, store) => {
      const undertaking: Undertaking = {
        kind: "install",
        contents: [{ name: "twilio" }],
        parameters: twilioParameters,
      };
      const plan = await installer.plan(undertaking);
      expect(plan.collections.map(({ name, requiredBy }) => `${name} ${requiredBy}`)).to.deep.equal([
        "communication twilio",
        "ecommerce twilio",
        "twilio ",
      ]);
      const commits = store.commits.length;
      const { installed } = await installer.apply(undertaking, plan.hash);
      expect(installed.map(({ collection }) => collection.name)).to.deep.equal([
        "communication",
        "ecommerce",
        "twilio",
      ]);
      expect(store.commits.length).to.equal(commits + 1);
      expect(installer.catalog().flow("twilio/order-shipped")?.active).to.equal(false);
    });
  });

  it("says who would be texted from where, by which connector and host, and never a secret", async () => {
    await withShop(async (installer) => {
      const activate = ["twilio/order-shipped"];
      const contents = [{ name: "twilio" }];
      const plan = await installer.plan({ kind: "install", contents, parameters: twilioParameters, activate });
      expect(plan.starts[0]).to.deep.equal({
        flow: "twilio/order-shipped",
        change: "begins",
        message:
          'would be switched on: it texts customers by twilio/twilio from +14155550100 on every changed ecommerce/Order where status = "shipped"',
      });
      expect(plan.connectors).to.deep.equal(["twilio"]);
      expect(plan.hosts).to.deep.equal(["api.twilio.com"]);
      expect(JSON.stringify(plan)).to.not.include(String(twilioParameters.authToken));
    });
  });

  it("says that e-mails would be sent, and from where", async () => {
    await withShop(async (installer) => {
      const parameters = { host: "smtp.example.com", from: "Shop <shop@example.com>", storeName: "Shop" };
      const plan = await installer.plan({ kind: "install", contents: [{ name: "email" }], parameters });
      expect(plan.starts.find(({ flow }) => flow === "email/order-confirmation")?.message).to.equal(
        "is off until somebody switches it on; then it sends e-mails by email/email from Shop <shop@example.com> on every new ecommerce/Order",
      );
    });
  });

  it("switches on what was ticked, and refuses to tick what is not there", async () => {
    await withShop(async (installer) => {
      await perform(installer, installing(shop(), { activate: ["shop/tell"] }));
      expect(installer.catalog().flow("shop/tell")?.active).to.equal(true);
      const error = await failureOf(installer.plan(installing(shop(), { activate: ["shop/none"] })));
      expect(error.code).to.equal("FLOW_UNKNOWN");
    });
  });

  it("is loud about a flow that is switched on and changes, and says what it did until now", async () => {
    await withShop(async (installer) => {
      await perform(installer, installing(shop(), { activate: ["shop/tell"] }));
      const next = shop({ version: "1.1.0", condition: "total > 50" });
      const { starts, collections } = await installer.plan(installing(next));
      expect(collections[0]).to.include({ action: "upgrade", from: "1.0.0", to: "1.1.0" });
      expect(starts).to.have.lengthOf(1);
      expect(starts[0]).to.include({ flow: "shop/tell", change: "changes" });
      expect(starts[0]?.message).to.match(/SWITCHED ON.+total > 50; until now .+total > 5\. /);
      const { "flows/tell.flow.yaml": _gone, ...without } = next;
      expect((await installer.plan(installing(without))).starts[0]).to.include({ flow: "shop/tell", change: "ends" });
    });
  });

  it("shows what the changelog says between the versions", async () => {
    await withShop(async (installer) => {
      await perform(installer, installing(shop()));
      const more = { "CHANGELOG.md": "## 1.1.0\n\nBetter.\n\n## 1.0.0\n\nFirst.\n" };
      const { collections } = await installer.plan(installing(shop({ version: "1.1.0", more })));
      expect(collections[0]?.changelog).to.equal("## 1.1.0\n\nBetter.");
    });
  });

  it("counts stored records that would not fit any more, and names some", async () => {
    await withShop(async (installer, store) => {
      await perform(installer, installing(shop()));
      const at = { dataType: "shop/Order", version: 1, eventId: "evt_1", updatedAt: new Date(0) };
      store.kept.push({ ...at, key: "R1", document: { id: "R1", total: 1 } });
      store.kept.push({ ...at, key: "R2", document: { id: "R2", total: 1, email: "a@example.com" } });
      const { compatibility } = await installer.plan(installing(shop({ version: "2.0.0", required: "id, email" })));
      expect(compatibility).to.have.lengthOf(1);
      expect(compatibility[0]).to.include({ subject: "shop/Order", records: 1 });
      expect(compatibility[0]?.message).to.include("1 of the 2 stored records would not fit: R1 (/email is required)");
      expect((await installer.plan(installing(shop({ version: "1.0.1" })))).compatibility).to.deep.equal([]);
    });
  });

  it("names the local flows that would be left out", async () => {
    const folder = repositoryPath("test/fixtures/collections/plan-flows");
    await withInstaller({ flowsFolder: folder }, async (installer) => {
      await perform(installer, installing(shop()));
      expect(installer.catalog().flow("local/orders")).to.not.equal(null);
      const plan = await installer.plan({ kind: "uninstall", name: "shop" });
      expect(plan.compatibility[0]).to.include({ subject: "local/orders" });
      expect(plan.compatibility[0]?.message).to.include("would be left out");
    });
  });

  it("refuses two collections that do not go together, and what requires itself in a circle", async () => {
    await withShop(async (installer) => {
      const other = "name: other\nversion: 1.0.0\ntitle: Other\nsummary: For tests.\nrequires: { shop: ^1.0.0 }\n";
      const circle: Undertaking = {
        kind: "install",
        contents: [
          { files: shop({ requires: "requires: { other: ^1.0.0 }\n" }), from: "./shop" },
          { files: { "collection.yaml": other }, from: "./other" },
        ],
      };
      const error = await failureOf(installer.plan(circle));
      expect(error.code).to.equal("COLLECTION_UNRESOLVED");
      expect(error.message).to.include("circle");
    });
  });
});

describe("applying a plan", () => {
  it("does what was planned once, and no more when something has changed since", async () => {
    await withShop(async (installer) => {
      const undertaking = installing(shop());
      const { hash } = await installer.plan(undertaking);
      await installer.install({ name: "ecommerce", parameters: {} });
      const error = await failureOf(installer.apply(undertaking, hash));
      expect(error.code).to.equal("PLAN_CHANGED");
      expect((await installer.installed()).map(({ collection }) => collection.name)).to.deep.equal(["ecommerce"]);
      const again = await installer.plan(undertaking);
      expect((await installer.apply(undertaking, again.hash)).installed).to.have.lengthOf(1);
    });
  });

  it("refuses other files, other parameters and other flows than were planned", async () => {
    await withShop(async (installer) => {
      const requires =
        "parameters:\n  type: object\n  properties: { greeting: { type: string }, token: { type: string, writeOnly: true } }\n";
      const undertaking = installing(shop({ requires }), { parameters: { greeting: "Hi" } });
      const { hash } = await installer.plan(undertaking);
      const others = [
        installing(shop({ requires, condition: "total > 6" }), { parameters: { greeting: "Hi" } }),
        installing(shop({ requires }), { parameters: { greeting: "Ho" } }),
        installing(shop({ requires }), { parameters: { greeting: "Hi", token: "x" } }),
        installing(shop({ requires }), { parameters: { greeting: "Hi" }, activate: ["shop/tell"] }),
      ];
      for (const other of others) expect((await failureOf(installer.apply(other, hash))).code).to.equal("PLAN_CHANGED");
      expect(await installer.installed()).to.deep.equal([]);
    });
  });

  it("leaves everything as it was when the store refuses", async () => {
    await withShop(async (installer, store) => {
      const undertaking: Undertaking = {
        kind: "install",
        contents: [{ name: "twilio" }],
        parameters: twilioParameters,
      };
      const { hash } = await installer.plan(undertaking);
      store.refuse(new Error("The disk is full"));
      await installer.apply(undertaking, hash).then(
        () => expect.fail("it was stored"),
        (error: Error) => expect(error.message).to.equal("The disk is full"),
      );
      store.refuse(null);
      expect(await installer.installed()).to.deep.equal([]);
      expect(
        installer
          .catalog()
          .flows()
          .filter(({ version }) => version.collection !== null),
      ).to.deep.equal([]);
    });
  });
});

describe("kept versions", () => {
  it("are what was published, with where it came from, and the installed one is known", async () => {
    await withShop(async (installer) => {
      await perform(installer, installing(shop()));
      await perform(installer, installing(shop({ version: "1.1.0" })));
      const versions = await installer.versions("shop");
      expect(versions.map(({ version, origin }) => `${version} ${origin.source}`)).to.deep.equal([
        "1.1.0 ./shop",
        "1.0.0 ./shop",
      ]);
      const [installed] = await installer.installed();
      expect(installed?.integrity).to.equal(versions[0]?.origin.integrity);
      const first = await installer.keptVersion("shop", versions[1]?.origin.integrity ?? "");
      expect(first.files).to.deep.equal(shop());
      expect((await installer.keptVersion("shop", null)).files).to.deep.equal(shop({ version: "1.1.0" }));
      expect((await failureOf(installer.keptVersion("shop", "sha512-none"))).code).to.equal(
        "COLLECTION_VERSION_UNKNOWN",
      );
    });
  });

  it("do not change their content under the same number, unless they come from a folder or somebody insists", async () => {
    await withShop(async (installer) => {
      const bundle = (files: CollectionFiles, more: object = {}): Undertaking => ({
        kind: "install",
        contents: [{ files, from: "shop-1.0.0.tgz", acceptUnsigned: true }],
        ...more,
      });
      await perform(installer, bundle(shop()));
      const other = shop({ condition: "total > 7" });
      const error = await failureOf(installer.plan(bundle(other)));
      expect(error.code).to.equal("VERSION_INSTALLED");
      const direct = { files: other, from: "shop-1.0.0.tgz", acceptUnsigned: true, parameters: {} };
      expect((await failureOf(installer.install(direct))).code).to.equal("VERSION_INSTALLED");
      await perform(installer, installing(other));
      await perform(installer, bundle(shop()));
      await perform(installer, bundle(other, { force: true }));
      expect(await installer.versions("shop")).to.have.lengthOf(2);
    });
  });

  it("can be gone back to: the flows are as they were, and on as they were", async () => {
    await withShop(async (installer) => {
      await perform(installer, installing(shop(), { activate: ["shop/tell"] }));
      const hash = installer.catalog().flow("shop/tell")?.version.hash;
      await perform(installer, installing(shop({ version: "1.1.0", condition: "total > 50" })));
      const plan = await perform(installer, { kind: "rollback", name: "shop", version: null });
      expect(plan.collections[0]).to.include({ action: "downgrade", from: "1.1.0", to: "1.0.0" });
      expect(installer.catalog().flow("shop/tell")?.version.hash).to.equal(hash);
      expect(installer.catalog().flow("shop/tell")?.active).to.equal(true);
      await perform(installer, { kind: "rollback", name: "shop", version: "1.1.0" });
      expect((await installer.installed())[0]?.collection.version).to.equal("1.1.0");
      const error = await failureOf(installer.plan({ kind: "rollback", name: "shop", version: "3.0.0" }));
      expect(error.code).to.equal("COLLECTION_VERSION_UNKNOWN");
      expect(error.message).to.equal("shop 3.0.0 is not kept: kept are 1.0.0");
    });
  });

  it("are the last five, and of five numbers the last; the way back to others is gone", async () => {
    let minutes = 0;
    const now = () => new Date(Date.parse("2026-02-03T10:00:00Z") + ++minutes * 60_000);
    await withInstaller({ store: openMemoryStore(), now }, async (installer) => {
      for (const version of ["1.0.0", "1.1.0", "1.2.0", "1.3.0"])
        await perform(installer, installing(shop({ version })));
      for (const total of [1, 2, 3, 4, 5, 6]) {
        await perform(installer, installing(shop({ version: "2.0.0", condition: `total > ${total}` })));
      }
      const kept = (await installer.versions("shop")).map(({ version }) => version);
      expect(kept).to.deep.equal([...Array<string>(5).fill("2.0.0"), "1.3.0", "1.2.0", "1.1.0", "1.0.0"]);
      await perform(installer, installing(shop({ version: "2.1.0" })));
      expect((await installer.versions("shop")).map(({ version }) => version)).to.not.include("1.0.0");
      await perform(installer, { kind: "rollback", name: "shop", version: "1.1.0" });
      expect((await installer.installed())[0]?.collection.version).to.equal("1.1.0");
    });
  });

  it("take back with them what they require, which was upgraded with the newer one", async () => {
    await withShop(async (installer) => {
      const base = (version: string) => ({
        "collection.yaml": `name: base\nversion: ${version}\ntitle: Base\nsummary: For tests.\n`,
      });
      const both = (version: string, range: string): Undertaking => ({
        kind: "install",
        contents: [
          { files: shop({ version, requires: `requires: { base: ${range} }\n` }), from: "./shop" },
          { files: base(version), from: "./base" },
        ],
      });
      await perform(installer, both("1.0.0", "^1.0.0"));
      await perform(installer, both("2.0.0", "^2.0.0"));
      const plan = await perform(installer, { kind: "rollback", name: "shop", version: null });
      expect(plan.collections.map(({ name, to }) => `${name} ${to}`)).to.deep.equal(["base 1.0.0", "shop 1.0.0"]);
    });
  });

  it("are upgraded from where they came, when the server can read that again", async () => {
    await withShop(async (installer) => {
      const name = "ecommerce";
      await perform(installer, { kind: "install", contents: [{ source: name }] });
      expect((await installer.plan({ kind: "upgrade", name, content: null })).collections[0]?.action).to.equal(
        "unchanged",
      );
      await perform(installer, installing(shop()));
      const error = await failureOf(installer.plan({ kind: "upgrade", name: "shop", content: null }));
      expect(error.code).to.equal("SOURCE_INVALID");
      const wrong = { kind: "upgrade", name: "shop", content: { name: "ecommerce" } } as const;
      expect((await failureOf(installer.plan(wrong))).message).to.include("is the collection ecommerce, not shop");
    });
  });
});

describe("uninstalling a collection", () => {
  const uninstall: Undertaking = { kind: "uninstall", name: "shop" };

  it("takes it away, switches its flows off, and keeps its versions", async () => {
    await withShop(async (installer, store) => {
      await perform(installer, installing(shop(), { activate: ["shop/tell"] }));
      const plan = await perform(installer, uninstall);
      expect(plan.collections[0]).to.include({ action: "uninstall", from: "1.0.0", to: null });
      expect(plan.starts[0]).to.include({ flow: "shop/tell", change: "ends" });
      expect(await installer.installed()).to.deep.equal([]);
      expect(await store.flows.active()).to.deep.equal(new Set());
      expect(await installer.versions("shop")).to.have.lengthOf(1);
      await perform(installer, installing(shop()));
      expect(installer.catalog().flow("shop/tell")?.active).to.equal(false);
    });
  });

  it("is refused while another collection requires it", async () => {
    await withShop(async (installer) => {
      await perform(installer, installing(shop()));
      const other = "name: other\nversion: 1.0.0\ntitle: Other\nsummary: For tests.\nrequires: { shop: ^1.0.0 }\n";
      await installer.install({ files: { "collection.yaml": other }, parameters: {} });
      const error = await failureOf(installer.plan(uninstall));
      expect(error.code).to.equal("COLLECTION_IN_USE");
      expect(error.message).to.equal("other requires shop");
    });
  });

  it("is refused while runs of its flows are unfinished, and says how many", async () => {
    await withShop(async (installer, store) => {
      await perform(installer, installing(shop()));
      const { hash } = await installer.plan(uninstall);
      store.leaveOpen(3);
      const error = await failureOf(installer.apply(uninstall, hash));
      expect(error.code).to.equal("COLLECTION_IN_USE");
      expect(error.message).to.equal("3 runs of flows of shop are not finished");
      expect(await installer.installed()).to.have.lengthOf(1);
    });
  });

  it("of what is not installed is refused", async () => {
    await withShop(async (installer) => {
      expect((await failureOf(installer.plan(uninstall))).code).to.equal("COLLECTION_UNKNOWN");
    });
  });
});

describe("the shipped collections", () => {
  it("are each compared object by object with the files they ship as", async () => {
    await withShop(async (installer) => {
      await perform(installer, { kind: "install", contents: [{ name: "ecommerce" }] });
      const files = await readCollectionFolder(repositoryPath("collections/ecommerce"));
      const text = await readFile(repositoryPath("collections/ecommerce/schemas/image.schema.yaml"), "utf8");
      const changed = { ...files, "schemas/image.schema.yaml": `${text}\n# Only a comment\n` };
      const plan = await installer.plan({ kind: "install", contents: [{ files: changed, from: "./ecommerce" }] });
      expect(plan.collections[0]?.action).to.equal("unchanged");
    });
  });
});
