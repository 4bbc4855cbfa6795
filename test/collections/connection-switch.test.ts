import { expect } from "chai";
import type { ConnectionSwitch } from "../../src/core/inspection.js";
import { topics } from "../../src/core/topic.js";
import { failureOf, installShipped, openMemoryStore, twilioParameters, withInstaller } from "./parts.js";

const connection = "twilio/twilio";
const off: ConnectionSwitch = {
  ...{ connection, active: false, by: "ann", reason: "wrong texts", at: new Date("2026-02-03T11:00:00Z") },
};
const on: ConnectionSwitch = { ...off, active: true, at: new Date("2026-02-03T12:00:00Z") };

describe("switching a connection", () => {
  it("keeps the switch with what is stored beside it, and wakes who waits when it is on again", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      await installer.switchConnection(off, [{ kind: "process-left", name: "beside" }]);
      expect(installer.catalog().connection(connection)?.off).to.deep.equal(off);
      expect(store.commits.at(-1)?.map(({ kind }) => kind)).to.deep.equal(["connection-switched", "process-left"]);
      await installer.switchConnection(on, []);
      expect(installer.catalog().connection(connection)).not.to.have.property("off");
      expect(store.commits.at(-1)?.at(-1)).to.deep.equal({
        ...{ kind: "runs-woken", topics: [topics.connection(connection)], at: on.at },
      });
    });
  });

  it("is not needed for runs that wait for what settings say: installing them anew wakes who waits", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      const { installedAt } = await installer.install({ name: "twilio", parameters: twilioParameters });
      const at = new Date(installedAt.getTime() + 3_000);
      const woken = { kind: "runs-woken", topics: [topics.connection(connection)], at };
      expect(store.commits.at(-1)).to.deep.include(woken);
      await installer.install({ name: "communication", parameters: {} });
      expect(store.commits.at(-1)?.map(({ kind }) => kind)).to.not.include("runs-woken");
    });
  });

  it("stays as it is when the collection is installed again, and after a restart", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      await installer.switchConnection(off, []);
      await installer.install({ name: "twilio", parameters: twilioParameters });
      expect(installer.catalog().connection(connection)?.off).to.deep.equal(off);
    });
    await withInstaller({ store }, async (installer) => {
      expect(installer.catalog().connection(connection)?.off).to.deep.equal(off);
    });
  });

  it("is heard of by another process on the store", async () => {
    const store = { ...openMemoryStore(), exclusive: false };
    await withInstaller({ store }, async (one) => {
      await installShipped(one);
      await withInstaller({ store }, async (other) => {
        for (const switched of [off, on]) {
          await one.switchConnection(switched, []);
          await other.refresh();
          expect(other.catalog().connection(connection)?.off === undefined).to.equal(switched.active);
        }
      });
    });
  });

  it("refuses a connection that there is not, and changes nothing when it cannot be stored", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installShipped(installer);
      const unknown = installer.switchConnection({ ...off, connection: "twilio/fax" }, []);
      expect((await failureOf(unknown)).code).to.equal("CONNECTION_UNKNOWN");
      store.refuse(new Error("the disk is full"));
      await installer.switchConnection(off, []).catch(() => undefined);
      expect(installer.catalog().connection(connection)).not.to.have.property("off");
    });
  });
});
