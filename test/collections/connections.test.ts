import { expect } from "chai";
import {
  failureOf,
  installShipped,
  openMemoryStore,
  scriptConnector,
  twilioParameters,
  withInstaller,
} from "./parts.js";

const context = { effectId: "eff_1", callbackUrl: null };

describe("a replaced connection", () => {
  it("closes when nobody uses it", async () => {
    const { connector, closed } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      await installer.install({ name: "twilio", parameters: { from: "+14155550199" } });
      expect(closed()).to.equal(1);
    });
    expect(closed()).to.equal(2);
  });

  it("finishes a call that is under way before it closes", async () => {
    const { connector, closed, release } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      const old = installer.catalog().connection("twilio/twilio")?.connection;
      const call = old?.send("send-message", { hold: true }, context);
      await installer.install({ name: "twilio", parameters: { from: "+14155550199" } });
      expect(closed()).to.equal(0);
      release();
      expect((await call)?.summary).to.equal("sent");
      expect(closed()).to.equal(1);
    });
  });

  it("finishes a search that is under way before it closes", async () => {
    const { connector, closed, release } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      const old = installer.catalog().connection("twilio/twilio")?.connection;
      const search = { since: new Date(0), isTaken: async () => false };
      const found = old?.find("send-message", { hold: true }, search);
      await installer.install({ name: "twilio", parameters: { from: "+14155550199" } });
      expect(closed()).to.equal(0);
      release();
      expect(await found).to.equal("absent");
      expect(closed()).to.equal(1);
      expect(await old?.find("send-message", {}, search), "again, from an older catalog").to.equal("absent");
      expect(closed()).to.equal(2);
    });
  });

  it("still serves a run that took it from an older catalog", async () => {
    const { connector, closed, opened, sent } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      const old = installer.catalog().connection("twilio/twilio")?.connection;
      await installer.install({ name: "twilio", parameters: { from: "+14155550199" } });
      const { request } = old?.prepare("send-message", { to: "+1" }) ?? { request: {} };
      await old?.send("send-message", request, context);
      expect(sent).to.deep.equal([{ to: "+1" }]);
      expect(opened.length - closed()).to.equal(1);
    });
  });

  it("stays open when another collection or a switch changes", async () => {
    const { connector, closed } = scriptConnector();
    await withInstaller({ connectors: [connector] }, async (installer) => {
      await installShipped(installer);
      const before = installer.catalog().connection("twilio/twilio")?.connection;
      await installer.install({ name: "ecommerce", parameters: {} });
      await installer.activate("twilio/order-shipped", true);
      expect(installer.catalog().connection("twilio/twilio")?.connection).to.equal(before);
      expect(closed()).to.equal(0);
    });
  });
});

describe("a connection's calls a second", () => {
  const shop = (maxPerSecond: string) => ({
    "collection.yaml": `
name: shop
version: 1.0.0
title: Shop
summary: A shop.
parameters:
  type: object
  properties: { sid: { type: string }, token: { type: string, writeOnly: true }, pace: {} }
connections:
  - name: account
    connector: twilio
    settings: { accountSid: =$params.sid, authToken: =$params.token }
    ${maxPerSecond}
`,
  });
  const parameters = { sid: twilioParameters.accountSid ?? null, token: "a token" };

  it("are a number, what an expression gives, or without limit", async () => {
    const variants: [string, number | null][] = [
      ["", null],
      ["maxPerSecond: 0.5", 0.5],
      ["maxPerSecond: =$params.pace * 2", 10],
      ["maxPerSecond: =$params.nothing", null],
    ];
    for (const [line, maxPerSecond] of variants) {
      await withInstaller({}, async (installer) => {
        const files = shop(line.replace("nothing", "pace[0].nothing"));
        await installer.install({ files, parameters: { ...parameters, pace: 5 } });
        expect(installer.catalog().connection("shop/account")?.maxPerSecond, line).to.equal(maxPerSecond);
      });
    }
  });

  it("are refused when they are no number above 0, naming the connection", async () => {
    const store = openMemoryStore();
    const { connector, opened } = scriptConnector();
    await withInstaller({ store, connectors: [connector] }, async (installer) => {
      for (const pace of [0, -1, "many", true, [1, 2]]) {
        const files = shop("maxPerSecond: =$params.pace");
        const failure = await failureOf(installer.install({ files, parameters: { ...parameters, pace } }));
        expect(failure.code).to.equal("PARAMETERS_INVALID");
        expect(failure.message).to.equal(
          "Parameters of shop: the maxPerSecond of the connection shop/account must be a number above 0",
        );
      }
      const files = shop('maxPerSecond: =$error("no")');
      const failure = await failureOf(installer.install({ files, parameters }));
      expect(failure.message).to.equal(
        "Parameters of shop: the maxPerSecond of the connection shop/account cannot be evaluated (TRANSLATOR_FAILED)",
      );
      expect([opened, store.commits]).to.deep.equal([[], []]);
    });
  });

  it("are checked when the collection is read", async () => {
    const variants: [string, string][] = [
      ["maxPerSecond: 0", "must be more than 0"],
      ["maxPerSecond: fast", "must be an expression with = in front"],
      ["maxPerSecond: [1]", "must be a number or a string"],
      ["maxPerSecond: =1 +", "does not parse: Unexpected end of expression (at 3)"],
      ["maxPerSecond: =$params.none", "reads $params.none, but there is no such parameter"],
      ["maxPerSecond: =$params.token", "reads $params.token, but expressions do not see secrets"],
    ];
    await withInstaller({}, async (installer) => {
      for (const [line, message] of variants) {
        const found = installer.check(shop(line)).problems;
        expect(found.map((problem) => [problem.file, problem.path, problem.message])).to.deep.equal([
          ["collection.yaml", "/connections/0/maxPerSecond", message],
        ]);
      }
    });
  });

  it("are a parameter of the Twilio collection", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const pace = () => installer.catalog().connection("twilio/twilio")?.maxPerSecond;
      expect(pace()).to.equal(null);
      await installer.install({ name: "twilio", parameters: { maxPerSecond: 3 } });
      expect(pace()).to.equal(3);
      const failure = await failureOf(installer.install({ name: "twilio", parameters: { maxPerSecond: 0 } }));
      expect(failure.message).to.equal("Parameters of twilio: /maxPerSecond must be more than 0");
      await installer.install({ name: "twilio", parameters: { maxPerSecond: null } });
      expect(pace()).to.equal(null);
    });
  });
});
