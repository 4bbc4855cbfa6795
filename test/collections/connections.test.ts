import { expect } from "chai";
import { installShipped, scriptConnector, withInstaller } from "./parts.js";

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
