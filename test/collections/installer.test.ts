import { readdir } from "node:fs/promises";
import { expect } from "chai";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import type { Collection } from "../../src/core/collection.js";
import type { EventKind } from "../../src/core/event.js";
import { canonicalJson } from "../../src/core/json.js";
import { createSealer } from "../../src/secrets/sealer.js";
import {
  failureOf,
  installShipped,
  openMemoryStore,
  repositoryPath,
  scriptConnector,
  twilioParameters,
  withInstaller,
} from "./parts.js";

const shop = "name: shop\nversion: 1.0.0\ntitle: Shop\nsummary: A shop.\n";

/** What the Twilio collection gives where nothing is said. */
const twilioDefaults = {
  ...{ defaultCountry: "US", apiUrl: "https://api.twilio.com", timeZone: "UTC", currency: "USD" },
  ...{ checkMedia: true, mmsMegabytes: 5, whatsappMegabytes: 25, deleteMediaAfterFetch: false },
};

describe("the installer", () => {
  it("lists the collections that ship, those that others require first", async () => {
    await withInstaller({}, async (installer) => {
      const names = (await installer.shipped()).map(({ name }) => name);
      for (const required of ["ecommerce", "communication"]) {
        expect(names.indexOf("twilio")).to.be.greaterThan(names.indexOf(required));
      }
      expect(names).to.have.members(await readdir(repositoryPath("collections")));
    });
  });

  it("installs in one commit that keeps every flow version", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      const kinds = store.commits.at(-1)?.map(({ kind }) => kind);
      expect(kinds?.[1]).to.equal("collection-installed");
      const versions = installer
        .catalog()
        .flows()
        .map(({ version }) => version.hash);
      const kept = store.commits
        .flat()
        .flatMap((change) => (change.kind === "flow-version-kept" ? [change.version.hash] : []));
      expect(kept).to.include.members(versions);
    });
  });

  it("gives equal flows equal hashes, and others when a translator changes", async () => {
    const files = await readCollectionFolder(repositoryPath("collections/twilio"));
    const changed = { ...files };
    const path = "translators/order-to-shipped-sms.jsonata";
    changed[path] = changed[path]?.replace("Hey ", "Hi ") ?? "";
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const hash = (flow: string) => installer.catalog().flow(flow)?.version.hash;
      const before = [hash("twilio/order-shipped"), hash("twilio/order-cancelled")];
      await installer.install({ files, parameters: {} });
      expect([hash("twilio/order-shipped"), hash("twilio/order-cancelled")]).to.deep.equal(before);
      await installer.install({ files: changed, parameters: {} });
      expect(hash("twilio/order-shipped")).to.not.equal(before[0]);
      expect(hash("twilio/order-cancelled")).to.equal(before[1]);
    });
  });

  it("fills in defaults and gives expressions every parameter that is not secret", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      expect(installer.catalog().parameters("twilio")).to.deep.equal({
        accountSid: twilioParameters.accountSid,
        from: "+14155550100",
        ...twilioDefaults,
      });
      expect(installer.catalog().parameters(null)).to.deep.equal({});
    });
  });

  it("keeps secrets sealed and out of everything that is stored in the open", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      expect(JSON.stringify(store.commits)).to.not.include("token-for-tests");
      expect(JSON.stringify(await installer.installed())).to.not.include("token-for-tests");
    });
  });

  it("opens connections with parameters and secrets, leaving out what was not given", async () => {
    const { connector, opened } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      expect(opened).to.deep.equal([{ ...twilioParameters, ...twilioDefaults }]);
      expect(installer.catalog().connection("twilio/twilio")?.connector.key).to.equal("twilio");
    });
  });

  it("names every parameter that is missing, wrong or unknown", async () => {
    await withInstaller({}, async (installer) => {
      for (const name of ["ecommerce", "communication"]) await installer.install({ name, parameters: {} });
      const failure = await failureOf(
        installer.install({ name: "twilio", parameters: { accountSid: "AC1", colour: "red" } }),
      );
      expect(failure.code).to.equal("PARAMETERS_INVALID");
      expect(failure.message).to.equal(
        "Parameters of twilio: /colour is not a parameter of twilio; /authToken is required; " +
          "/accountSid must match ^AC[0-9a-fA-F]{32}$; needs from or messagingServiceSid",
      );
    });
  });

  it("names the parameter when a connector refuses a setting, and installs nothing", async () => {
    const store = openMemoryStore();
    const { connector, opened } = scriptConnector();
    await withInstaller({ store, connectors: [connector] }, async (installer) => {
      for (const name of ["ecommerce", "communication"]) await installer.install({ name, parameters: {} });
      const parameters = { ...twilioParameters, from: "??" };
      const failure = await failureOf(installer.install({ name: "twilio", parameters }));
      expect(failure.code).to.equal("PARAMETERS_INVALID");
      expect(failure.message).to.match(/^Parameters of twilio: \/from must match /);
      expect((await installer.installed()).map(({ collection }) => collection.name)).to.not.include("twilio");
      expect(opened).to.deep.equal([]);
    });
  });

  it("says which collections are required", async () => {
    await withInstaller({}, async (installer) => {
      const failure = await failureOf(installer.install({ name: "twilio", parameters: twilioParameters }));
      expect(failure.code).to.equal("COLLECTION_REQUIREMENT_MISSING");
      expect(failure.message).to.include("ecommerce ^1.0.0 is required, but it is not installed");
      expect(failure.message).to.include("communication ^1.0.0 is required, but it is not installed");
    });
  });

  it("refuses a collection that does not ship, and paths", async () => {
    await withInstaller({}, async (installer) => {
      for (const name of ["fax", "../collections/twilio"]) {
        const failure = await failureOf(installer.install({ name, parameters: {} }));
        expect(failure.code).to.equal("COLLECTION_UNKNOWN");
      }
    });
  });

  it("refuses a collection with problems and lists them", async () => {
    await withInstaller({}, async (installer) => {
      const files = { "collection.yaml": shop, "flows/a.flow.yaml": "name: b" };
      const failure = await failureOf(installer.install({ files, parameters: {} }));
      expect(failure.code).to.equal("COLLECTION_INVALID");
      expect(failure.details.problems).to.deep.equal(installer.check(files).problems);
    });
  });

  it("begins a schedule anew when it is switched on, not when it was on already", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      const morning = `name: morning
title: Remind
on: { schedule: "0 9 * * mon-fri", timeZone: UTC, missed: all }
steps:
  - { id: tell, notify: Look, level: info }
`;
      await installer.install({
        files: { "collection.yaml": shop, "flows/morning.flow.yaml": morning },
        parameters: {},
      });
      const begun = () => store.commits.flat().filter(({ kind }) => kind === "schedule-advanced").length;
      await installer.activate("shop/morning", true);
      expect(begun()).to.equal(1);
      await installer.activate("shop/morning", true);
      await installer.activate("shop/morning", false);
      expect(begun()).to.equal(1);
      await installer.activate("shop/morning", true);
      expect(begun()).to.equal(2);
    });
  });

  it("keeps parameters, secrets, webhook addresses and switches when a collection is installed again", async () => {
    const { connector, opened } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      await installer.activate("twilio/order-shipped", true);
      const secret = installer.catalog().connection("twilio/twilio")?.hookSecret;
      await installer.install({ name: "twilio", parameters: { from: "+14155550199" } });
      expect(opened[1]).to.include({ authToken: "token-for-tests", from: "+14155550199" });
      expect(installer.catalog().connection("twilio/twilio")?.hookSecret).to.equal(secret);
      expect(installer.catalog().flow("twilio/order-shipped")?.active).to.equal(true);
    });
  });

  it("goes back to the default of a parameter that is given as null", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      await installer.install({ name: "twilio", parameters: { defaultCountry: "DE" } });
      await installer.install({ name: "twilio", parameters: { defaultCountry: null } });
      expect(installer.catalog().parameters("twilio").defaultCountry).to.equal("US");
    });
  });

  it("refuses to replace a collection by one that those who require it do not accept", async () => {
    const files = await readCollectionFolder(repositoryPath("collections/ecommerce"));
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const newer = { ...files, "collection.yaml": files["collection.yaml"]?.replace("1.0.0", "2.0.0") ?? "" };
      const failure = await failureOf(installer.install({ files: newer, parameters: {} }));
      expect(failure.message).to.include("twilio 1.0.0 is installed and requires ecommerce ^1.0.0");
      const { "schemas/customer.schema.yaml": _customer, ...less } = files;
      const users = Object.keys(less).filter((path) => /^(samples\/customer|tests\/)/.test(path));
      for (const path of users) delete (less as Record<string, string>)[path];
      const broken = await failureOf(installer.install({ files: less, parameters: {} }));
      expect(broken.code).to.equal("COLLECTION_INVALID");
      expect(broken.message).to.include("would break twilio 1.0.0");
      expect(broken.message).to.include("there is no data type ecommerce/Customer");
    });
  });

  it("changes nothing when the store refuses", async () => {
    const store = openMemoryStore();
    const { connector, opened, closed } = scriptConnector();
    await withInstaller({ store, connectors: [connector] }, async (installer) => {
      for (const name of ["ecommerce", "communication"]) await installer.install({ name, parameters: {} });
      const before = installer.catalog();
      store.refuse(new Error("disk full"));
      const work = installer.install({ name: "twilio", parameters: twilioParameters });
      expect(await work.then(() => "installed", String)).to.equal("Error: disk full");
      store.refuse(null);
      expect(installer.catalog()).to.equal(before);
      expect([opened.length, closed()]).to.deep.equal([1, 1]);
    });
  });

  it("has after a restart what it had before", async () => {
    const store = openMemoryStore();
    const before = await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      await installer.activate("twilio/order-shipped", true);
      return summary(installer.catalog());
    });
    const { connector, opened } = scriptConnector();
    await withInstaller({ store, connectors: [connector] }, async (installer) => {
      expect(summary(installer.catalog())).to.deep.equal(before);
      expect(opened[0]).to.include({ authToken: "token-for-tests" });
    });
  });

  it("starts with another secret, and says so whenever the connection is used", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, installShipped);
    await withInstaller({ store, sealer: createSealer("another secret altogether") }, async (installer) => {
      const connection = installer.catalog().connection("twilio/twilio")?.connection;
      expect((await failureOf(() => connection?.prepare("send-message", {}))).code).to.equal("SECRET_UNREADABLE");
      const again = await failureOf(installer.install({ name: "twilio", parameters: {} }));
      expect(again.message).to.equal("Parameters of twilio: /authToken is required");
      await installer.install({ name: "twilio", parameters: { authToken: "given anew" } });
      const repaired = installer.catalog().connection("twilio/twilio")?.connection;
      expect(repaired?.prepare("send-message", { to: "+1" }).recipient).to.equal("+1");
    });
  });

  it("makes a new catalog for every change and never touches the old one", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const before = installer.catalog();
      await installer.activate("twilio/order-shipped", true);
      expect(before.flow("twilio/order-shipped")?.active).to.equal(false);
      expect(installer.catalog().flow("twilio/order-shipped")?.active).to.equal(true);
      expect(() => Object.assign(before.parameters("twilio"), { from: "x" })).to.throw();
    });
  });

  it("finds the flows of a data type, also those for other events, ordered by name", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const names = (kind: "record.created" | "message.sent", dataType: string | null) =>
        installer
          .catalog()
          .flowsFor(kind, dataType)
          .map(({ version }) => version.flow.name);
      expect(names("record.created", "ecommerce/Customer")).to.deep.equal(["twilio/convert-customer-to-sms"]);
      expect(names("record.created", "ecommerce/Order")).to.deep.equal([
        "local/large-order",
        "twilio/confirm-order-by-reply",
        "twilio/convert-order-to-sms",
        "twilio/order-cancelled",
        "twilio/order-shipped",
        "twilio/send-sms-for-new-order",
      ]);
      expect(names("message.sent", "ecommerce/Order")).to.deep.equal([
        "twilio/customer-informed",
        "twilio/second-sender",
      ]);
    });
  });

  it("finds the flows that listen to notifications, of every level, and none for what is started by name", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const names = (kind: EventKind, dataType: string | null) =>
        installer
          .catalog()
          .flowsFor(kind, dataType)
          .map(({ version }) => version.flow.name);
      for (const kind of ["notification.error", "notification.info"] as const) {
        expect(names(kind, "ecommerce/Order"), kind).to.deep.equal(["local/text-the-operator"]);
        expect(names(kind, null), kind).to.deep.equal(["local/text-the-operator"]);
      }
      for (const kind of ["schedule.due", "silence.noticed", "flow.started"] as const) {
        expect(names(kind, "ecommerce/Order"), kind).to.deep.equal([]);
      }
    });
  });

  it("pins the translators of steps inside other steps", async () => {
    const translator = '/* title: T */ { "n": 1 }';
    const step = (id: string) => `{ id: ${id}, translate: ${id} }`;
    const steps = `[{ id: c, choose: [{ when: "true", steps: [${step("one")}] }], else: [{ id: e, each: "=x", steps: [${step("two")}] }] }]`;
    await withInstaller({}, async (installer) => {
      const files = {
        "collection.yaml": shop,
        "translators/one.jsonata": translator,
        "translators/two.jsonata": translator,
        "translators/three.jsonata": translator,
        "flows/f.flow.yaml": `name: f\ntitle: F\non: { manual: true }\nsteps: ${steps}\n`,
      };
      await installer.install({ files, parameters: {} });
      const hash = () => installer.catalog().flow("shop/f")?.version.hash;
      const pinned = installer.catalog().flow("shop/f")?.version.translators ?? {};
      expect(Object.keys(pinned)).to.deep.equal(["shop/one", "shop/two"]);
      const before = hash();
      const changed = { ...files, "translators/two.jsonata": translator.replace("1", "2") };
      await installer.install({ files: changed, parameters: {} });
      expect(hash()).to.not.equal(before);
    });
  });

  it("refuses a start of a flow in a collection that is not required, and takes one that is", async () => {
    const flow = "name: f\ntitle: F\non: { manual: true }\nsteps: [{ id: a, start: twilio/order-shipped, with: {} }]\n";
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const files = { "collection.yaml": shop, "flows/f.flow.yaml": flow };
      expect(installer.check(files).problems.map(({ path, message, remedy }) => [path, message, remedy])).to.deep.equal(
        [
          [
            "/steps/0/start",
            "twilio/order-shipped is in twilio, which is not required",
            "Add twilio to requires in collection.yaml.",
          ],
        ],
      );
      const requiring = { ...files, "collection.yaml": `${shop}requires: { twilio: ^1.0.0 }\n` };
      expect(installer.check(requiring).problems).to.deep.equal([]);
      await installer.install({ files: requiring, parameters: {} });
      const all = Object.entries(await readCollectionFolder(repositoryPath("collections/twilio")));
      // Its tests would say first that the flow is gone.
      const less = Object.fromEntries(
        all.filter(([file]) => file !== "flows/order-shipped.flow.yaml" && !file.startsWith("tests/")),
      );
      const broken = await failureOf(installer.install({ files: less, parameters: {} }));
      expect(broken.message).to.include("would break shop 1.0.0");
      expect(broken.message).to.include("there is no flow twilio/order-shipped");
    });
  });

  it("does one change after the other", async () => {
    await withInstaller({}, async (installer) => {
      const works = ["ecommerce", "communication"].map((name) => installer.install({ name, parameters: {} }));
      await Promise.all([...works, installer.install({ name: "twilio", parameters: twilioParameters })]);
      expect((await installer.installed()).map(({ collection }) => collection.name)).to.deep.equal([
        "ecommerce",
        "communication",
        "twilio",
      ]);
    });
  });

  it("checks the result of a translator that is tried", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const { output, problems } = await installer.tryTranslator("twilio/customer-to-welcome-sms", {
        id: "C1",
        firstname: "Joe",
        shipping_address: { phone: "(213) 555-0142" },
      });
      expect(output).to.include({ message: "Welcome Joe!" });
      expect(problems).to.deep.equal([]);
      const unknown = await failureOf(installer.tryTranslator("twilio/nothing", {}));
      expect(unknown.code).to.equal("TRANSLATOR_UNKNOWN");
      const failure = await failureOf(
        installer.tryTranslator("twilio/order-to-sms", { shipping_address: { phone: "x" } }),
      );
      expect(failure.code).to.equal("PHONE_INVALID");
    });
  });
});

function summary(catalog: import("../../src/core/catalog.js").Catalog) {
  return {
    flows: catalog.flows().map(({ version, active }) => [version.flow.name, version.hash, active]),
    dataTypes: catalog.dataTypes().map(({ name }) => name),
    translators: catalog.translators(),
    connections: catalog.connections().map(({ name, hookSecret }) => [name, hookSecret]),
    parameters: catalog.parameters("twilio"),
  };
}

/** Collections are stored as JSON: nothing in them may be lost by that. */
describe("a collection", () => {
  it("is the same after it was stored as JSON", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      for (const { collection } of await installer.installed()) {
        const stored = JSON.parse(JSON.stringify(collection)) as Collection;
        expect(stored).to.deep.equal(collection);
        expect(canonicalJson(JSON.parse(JSON.stringify(stored)))).to.be.a("string");
      }
    });
  });
});
