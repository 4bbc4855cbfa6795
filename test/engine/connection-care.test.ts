import { expect } from "chai";
import type { Connection } from "../../src/core/connector.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { Concern, InspectedSender, Inspection } from "../../src/core/inspection.js";
import type { FlowEngine } from "../../src/engine/flow-engine.js";
import { failed } from "../http/failed.js";
import { catalogOf, openTestEngine, type TestEngine } from "./parts.js";

const name = "test/post";
const hour = 3_600_000;
const account = { id: "AC1", name: null, status: "active", trial: false, balance: null } as const;
const trial: Concern = { code: "trial", level: "warning", about: null, message: "A trial", remedy: "Upgrade" };
const offline: Concern = { code: "offline", level: "problem", about: "+1", message: "Offline", remedy: "Look" };
const note: Concern = { ...trial, code: "note", level: "note" };

describe("Care of a connection", () => {
  let test: TestEngine;
  let engine: FlowEngine;
  let found: Inspection;
  let looks: number;
  let entered: { id: string; urls: object }[];

  beforeEach(async () => {
    test = await openTestEngine([]);
    found = { account, senders: [], concerns: [] };
    looks = 0;
    entered = [];
    const looking: Pick<Connection, "inspect" | "enterWebhooks"> = {
      inspect: async () => {
        looks++;
        return found;
      },
      enterWebhooks: async ({ id }, urls) => {
        if (id === "PN-broken") throw new PatchbayError("ENDPOINT_REFUSED", "No such number");
        entered.push({ id, urls });
      },
    };
    Object.assign(test.vendor.connection, looking);
    Object.assign(test.vendor.connector, {
      webhooks: [
        { key: "inbound", title: "In", enteredAs: "there" },
        { key: "fallback", title: "Else", enteredAs: "beside" },
        { key: "status", title: "Status", enteredAs: null },
      ],
    });
    engine = test.another("bob", { checkEveryMs: 24 * hour });
  });
  afterEach(async () => {
    await engine.stop();
    await test.close();
  });

  const notifications = async () => (await test.store.notifications.list({}, { limit: 50 })).items.toReversed();
  const issueStates = async () => (await test.store.issues.list({}, { limit: 50 })).items.map(({ state }) => state);
  async function later(ms: number): Promise<void> {
    test.clock.now += ms;
    await engine.tick();
    await engine.connections.idle();
  }

  it("tells once that a webhook request was refused, and again when that was resolved", async () => {
    const refusal = new PatchbayError("SIGNATURE_INVALID", "The request is signed with another secret");
    for (let times = 0; times < 3; times++) await engine.connections.tellRefused(name, refusal);
    const [told, ...more] = await notifications();
    expect(told).to.include({ level: "error", code: "SIGNATURE_INVALID", cause: refusal.message });
    expect(told?.title).to.equal("test/post refused a webhook request");
    expect(more).to.deep.equal([]);
    const at = new Date(test.clock.now);
    await test.store.commit([{ kind: "issue-moved", fingerprint: told!.fingerprint, state: "resolved", at }]);
    await engine.connections.tellRefused(name, refusal);
    expect(await notifications()).to.have.lengthOf(2);
  });

  it("keeps what a look found, with how bad it is at worst", async () => {
    for (const [concerns, health] of [
      [[], "fine"],
      [[note], "fine"],
      [[note, trial], "warnings"],
      [[trial, offline], "problems"],
    ] as const) {
      found = { ...found, concerns };
      expect((await engine.connections.check(name)).health).to.equal(health);
      expect((await test.store.connections.check(name))?.concerns).to.deep.equal(concerns);
    }
  });

  it("keeps every look beside later ones: why it was made, how long it took and what was wrong", async () => {
    found = { ...found, concerns: [note, trial, ...Array.from({ length: 11 }, () => offline)] };
    Object.assign(test.vendor.connection, {
      inspect: async () => {
        test.clock.now += 250;
        return found;
      },
    });
    await engine.connections.check(name);
    found = { ...found, concerns: [note] };
    await engine.connections.watch(name);
    const { items } = await test.store.connections.pastChecks({ connection: name, trouble: false }, { limit: 10 });
    expect(items.map(({ occasion, health, tookMs, more }) => ({ occasion, health, tookMs, more }))).to.deep.equal([
      { occasion: "regular", health: "fine", tookMs: 250, more: 0 },
      { occasion: "asked", health: "problems", tookMs: 250, more: 2 },
    ]);
    expect(items[0]!.concerns).to.deep.equal([]);
    expect(items[1]!.concerns).to.deep.equal(Array.from({ length: 10 }, () => offline));
    expect(items[1]!.checkedAt).to.deep.equal(new Date(test.clock.now - 250));
  });

  it("lets go of looks by their age", async () => {
    await engine.connections.check(name);
    const all = { connection: name, trouble: false };
    test.clock.now += 89 * 24 * hour;
    await engine.connections.check(name);
    expect((await test.store.connections.pastChecks(all, { limit: 10 })).items).to.have.lengthOf(2);
    test.clock.now += 2 * 24 * hour;
    await engine.connections.check(name);
    expect((await test.store.connections.pastChecks(all, { limit: 10 })).items).to.have.lengthOf(2);
  });

  it("tells nobody of what a person sees who asks", async () => {
    found = { ...found, concerns: [offline] };
    await engine.connections.check(name);
    expect(await notifications()).to.deep.equal([]);
  });

  it("tells each thing once, however often it is found, and takes it back when it is over", async () => {
    found = { ...found, concerns: [trial, offline, note] };
    for (let time = 0; time < 3; time++) await engine.connections.watch(name);
    const told = await notifications();
    expect(told.map(({ level, title, code }) => [level, title, code])).to.deep.equal([
      ["warning", `${name}: A trial`, "CONNECTION_UNHEALTHY"],
      ["error", `${name}: Offline`, "CONNECTION_UNHEALTHY"],
    ]);
    found = { ...found, concerns: [trial] };
    await engine.connections.watch(name);
    expect((await issueStates()).sort()).to.deep.equal(["new", "resolved"]);
    found = { ...found, concerns: [trial, offline] };
    await engine.connections.watch(name);
    expect(await notifications()).to.have.lengthOf(3);
    expect(await issueStates()).to.deep.equal(["new", "new"]);
  });

  it("takes back what it has told when a person's look finds it mended", async () => {
    found = { ...found, concerns: [offline] };
    await engine.connections.watch(name);
    found = { ...found, concerns: [] };
    await engine.connections.check(name);
    expect(await issueStates()).to.deep.equal(["resolved"]);
  });

  it("does not tell again what an operator has resolved and left as it is", async () => {
    found = { ...found, concerns: [offline] };
    await engine.connections.watch(name);
    const [{ fingerprint } = { fingerprint: "" }] = await notifications();
    await test.store.commit([{ kind: "issue-moved", fingerprint, state: "resolved", at: new Date(test.clock.now) }]);
    await engine.connections.watch(name);
    expect(await notifications()).to.have.lengthOf(1);
  });

  it("says that nobody knows when the vendor does not answer, and takes nothing back", async () => {
    found = { ...found, concerns: [offline] };
    await engine.connections.watch(name);
    Object.assign(test.vendor.connection, {
      inspect: () => Promise.reject(new PatchbayError("ENDPOINT_UNREACHABLE", "No route")),
    });
    const check = await engine.connections.watch(name);
    expect(check).to.deep.include({ health: "unknown", account: null });
    expect(await issueStates()).to.deep.equal(["new"]);
    expect(await notifications()).to.have.lengthOf(1);
  });

  it("takes a connection that cannot be used at all for a problem", async () => {
    Object.assign(test.vendor.connection, {
      inspect: () => Promise.reject(new PatchbayError("SECRET_UNREADABLE", "Sealed")),
    });
    const check = await engine.connections.watch(name);
    expect(check.health).to.equal("problems");
    expect(await notifications()).to.have.lengthOf(1);
  });

  it("refuses a connection that there is not, or that cannot be asked", async () => {
    await failed(engine.connections.check("test/other"), "CONNECTION_UNKNOWN");
    Object.assign(test.vendor, { connection: Object.assign(test.vendor.connection, { inspect: undefined }) });
    await failed(engine.connections.check(name), "CONNECTION_UNSEEN");
  });

  describe("by the clock", () => {
    it("looks some minutes after the start, then once a day", async () => {
      await later(60_000);
      expect(looks).to.equal(0);
      await later(15 * 60_000);
      expect(looks).to.equal(1);
      await later(12 * hour);
      expect(looks).to.equal(1);
      await later(15 * hour);
      expect(looks).to.equal(2);
    });

    it("does not look where that is not wanted, at a connection that is off, or at one that cannot be asked", async () => {
      const catalog = catalogOf([], test.vendor);
      const off = { connection: name, active: false, by: null, reason: null, at: new Date(test.clock.now) };
      const connections = () => catalog.connections().map((one) => ({ ...one, off }));
      for (const parts of [{}, { checkEveryMs: hour, catalog: () => ({ ...catalog, connections }) }]) {
        const other = test.another("cat", parts);
        test.clock.now += 48 * hour;
        await other.tick();
        await other.connections.idle();
        await other.stop();
      }
      expect(looks).to.equal(0);
      Object.assign(test.vendor.connection, { inspect: undefined });
      await later(hour);
      expect(looks).to.equal(0);
    });

    it("knows after a restart when the last look was", async () => {
      await later(hour);
      expect(looks).to.equal(1);
      const again = test.another("dan", { checkEveryMs: 24 * hour });
      test.clock.now += hour;
      await again.tick();
      await again.connections.idle();
      await again.stop();
      expect(looks).to.equal(1);
    });

    it("asks a vendor that did not answer again within the hour or so", async () => {
      let asked = 0;
      const inspect = () => {
        asked++;
        return Promise.reject(new PatchbayError("ENDPOINT_UNREACHABLE", "No route"));
      };
      Object.assign(test.vendor.connection, { inspect });
      await later(hour);
      await later(2 * hour);
      expect(asked).to.equal(2);
    });

    it("lets orders through while a look takes long", async () => {
      let answer = (_inspection: Inspection): void => {};
      const inspect = () =>
        new Promise<Inspection>((resolve) => {
          answer = resolve;
        });
      Object.assign(test.vendor.connection, { inspect });
      test.clock.now += hour;
      await engine.tick();
      const { verdict } = await engine.accept({ dataType: "shop/Order", document: { id: "R1" } });
      expect(verdict).to.equal("created");
      answer(found);
      await engine.connections.idle();
      expect((await test.store.connections.check(name))?.health).to.equal("fine");
    });
  });

  describe("and its addresses", () => {
    const hook = (key: string) => `https://patchbay.example/hooks/post/test/post/s3cret/${key}`;
    function sender(id: string, inbound: string | null, more: Partial<InspectedSender> = {}): InspectedSender {
      const slot = (webhook: string, field: string, url: string | null) => ({
        ...{ webhook, field, url, method: "POST", placeholder: false, insteadOf: null },
      });
      return {
        ...{ id, kind: "number", address: `+${id}`, name: null, capabilities: ["sms"], status: null, memberOf: null },
        ...{ used: true, webhooks: [slot("inbound", "SmsUrl", inbound), slot("fallback", "Else", hook("fallback"))] },
        ...more,
      };
    }
    const actions = (senders: readonly { items: readonly { action: string }[] }[]) =>
      senders.map(({ items }) => items.map(({ action }) => action).join(" "));

    it("are planned and entered where nothing is, and then nothing is left to do", async () => {
      found = { ...found, senders: [sender("PN1", null), sender("PN2", hook("inbound"))] };
      const plan = await engine.connections.planWebhooks(name, null);
      expect(actions(plan.senders)).to.deep.equal(["create unchanged", "unchanged unchanged"]);
      const order = { senders: null, hash: plan.hash, by: "ann" };
      const applied = await engine.connections.applyWebhooks(name, order);
      expect(applied.map(({ outcome }) => outcome)).to.deep.equal(["entered", "left"]);
      expect(entered).to.deep.equal([{ id: "PN1", urls: { inbound: hook("inbound") } }]);
      const [told] = await notifications();
      expect(told?.title).to.equal(`${name}: this server's addresses were entered at +PN1 by ann`);
    });

    it("of another system stay, unless the sender is named", async () => {
      found = { ...found, senders: [sender("PN1", "https://other.example/sms"), sender("PN2", null)] };
      expect(actions((await engine.connections.planWebhooks(name, null)).senders)).to.deep.equal([
        "conflict unchanged",
        "create unchanged",
      ]);
      const named = await engine.connections.planWebhooks(name, ["+PN1"]);
      expect(actions(named.senders)).to.deep.equal(["replace unchanged"]);
      await engine.connections.applyWebhooks(name, { senders: ["+PN1"], hash: named.hash, by: null });
      expect(entered.map(({ id }) => id)).to.deep.equal(["PN1"]);
    });

    it("are not entered when the account has changed since the plan was looked at", async () => {
      found = { ...found, senders: [sender("PN1", null)] };
      const { hash } = await engine.connections.planWebhooks(name, null);
      found = { ...found, senders: [sender("PN1", "https://other.example/sms")] };
      await failed(engine.connections.applyWebhooks(name, { senders: null, hash, by: null }), "WEBHOOK_PLAN_CHANGED");
      expect(entered).to.deep.equal([]);
    });

    it("are entered at the others when one sender refuses, and its failure says why", async () => {
      found = { ...found, senders: [sender("PN-broken", null), sender("PN2", null)] };
      const { hash } = await engine.connections.planWebhooks(name, null);
      const applied = await engine.connections.applyWebhooks(name, { senders: null, hash, by: null });
      expect(applied.map(({ outcome }) => outcome)).to.deep.equal(["failed", "entered"]);
      expect(applied[0]?.failure).to.include({ code: "ENDPOINT_REFUSED", message: "No such number" });
    });

    it("need a public address, and senders that there are and that receive", async () => {
      found = { ...found, senders: [sender("PN1", null, { webhooks: [], memberOf: "MG1" })] };
      await failed(engine.connections.planWebhooks(name, ["+PN9"]), "SENDER_UNKNOWN");
      const error = await failed(engine.connections.planWebhooks(name, ["+PN1"]), "SENDER_UNKNOWN");
      expect(error.message).to.include("MG1");
      const hidden = test.another("eve", { publicUrl: null });
      await failed(hidden.connections.planWebhooks(name, null), "PUBLIC_URL_MISSING");
      const { concerns } = await hidden.connections.check(name);
      expect(concerns.map(({ code }) => code)).to.deep.equal(["public-url-missing"]);
      await hidden.stop();
    });

    it("that are missing or elsewhere are concerns, the worse for senders that are used", async () => {
      const other = "https://user:secret@other.example/sms?token=1";
      found = { ...found, senders: [sender("PN1", other), sender("PN2", null, { used: false })] };
      const { concerns } = await engine.connections.check(name);
      expect(concerns.map(({ code, level, about }) => [code, level, about])).to.deep.equal([
        ["webhook-elsewhere", "problem", "+PN1 inbound"],
        ["webhook-missing", "note", "+PN2 inbound"],
      ]);
      expect(concerns[0]?.message).to.include("https://other.example").and.not.to.include("secret");
    });
  });
});
