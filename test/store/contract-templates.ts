import { expect } from "chai";
import type { KeptSession } from "../../src/core/session.js";
import type { Listening } from "../../src/core/store-filters.js";
import type { Template } from "../../src/core/template.js";
import type { Opened } from "./opened.js";
import { at, newId, sampleEffect, sampleReceived, start } from "./samples.js";

const connection = "shop/twilio";

function sampleTemplate(more: Partial<Template> = {}): Template {
  return {
    id: "HX1",
    name: "thanks",
    language: "en",
    form: "twilio/text",
    body: "Thanks {{1}}",
    variables: { "1": "Jane" },
    approval: { state: "rejected", category: "UTILITY", rejectionReason: "INVALID_FORMAT" },
    opensConversations: true,
    ...more,
  };
}

/** What may be sent to a contact, and when. */
export function templateContract(opened: Opened): void {
  describe("templates", () => {
    const fetched = (templates: readonly Template[], seconds = 1) =>
      opened().commit([{ kind: "templates-fetched", connection, templates, at: at(seconds) }]);

    it("come back as they were fetched, by name and language, each connection its own", async () => {
      const german = sampleTemplate({ id: "HX2", language: "de", body: null, opensConversations: false });
      const other = sampleTemplate({ id: "HX3", name: "another", variables: {} });
      await fetched([sampleTemplate(), german, other]);
      await opened().commit([
        { kind: "templates-fetched", connection: "shop/other", templates: [sampleTemplate()], at: start },
      ]);
      expect(await opened().templates.list(connection)).to.deep.equal([other, german, sampleTemplate()]);
      expect(await opened().templates.matching(connection, { id: null, name: "thanks" })).to.deep.equal([
        german,
        sampleTemplate(),
      ]);
      expect(await opened().templates.matching(connection, { id: "HX2", name: null })).to.deep.equal([german]);
      expect(await opened().templates.matching("shop/other", { id: "HX2", name: null })).to.deep.equal([]);
    });

    it("are replaced by what is fetched next, and stay when fetching fails", async () => {
      await fetched([sampleTemplate(), sampleTemplate({ id: "HX2" })]);
      const newer = sampleTemplate({ approval: { state: "approved", category: null, rejectionReason: null } });
      await fetched([newer], 2);
      const failure = { code: "ENDPOINT_UNREACHABLE", message: "gone", remedy: "Wait." } as const;
      await opened().commit([{ kind: "templates-missed", connection, failure, at: at(3) }]);
      expect(await opened().templates.list(connection)).to.deep.equal([newer]);
      const list = { connection, wantedAt: at(1), fetchedAt: at(2), triedAt: at(3), failure };
      expect(await opened().templates.lists()).to.deep.equal([list]);
      await fetched([newer], 4);
      expect(await opened().templates.listOf(connection)).to.deep.include({ failure: null, triedAt: at(4) });
    });

    it("are known to be wanted since the first who asked", async () => {
      expect(await opened().templates.listOf(connection)).to.equal(null);
      for (const seconds of [1, 2]) await opened().commit([{ kind: "templates-wanted", connection, at: at(seconds) }]);
      const list = { connection, wantedAt: at(1), fetchedAt: null, triedAt: null, failure: null };
      expect(await opened().templates.listOf(connection)).to.deep.equal(list);
      await fetched([], 5);
      expect(await opened().templates.listOf(connection)).to.deep.equal({ ...list, fetchedAt: at(5), triedAt: at(5) });
    });
  });

  describe("received.lastAt", () => {
    const listening: Listening = { channel: "whatsapp", sender: "+15005550006", connection, contact: "+16175551212" };
    const last = (more: Partial<Listening> = {}, since = start) =>
      opened().received.lastAt({ ...listening, ...more }, since);

    it("gives when the contact last wrote to the sender on the channel, by whichever connection", async () => {
      const message = { channel: "whatsapp", connection: "shop/other", receivedAt: at(5) } as const;
      await opened().commit([
        { kind: "message-received", message: sampleReceived({ channel: "whatsapp", receivedAt: at(1) }) },
        { kind: "message-received", message: sampleReceived(message) },
        { kind: "message-received", message: sampleReceived({ receivedAt: at(9) }) },
      ]);
      expect(await last()).to.deep.equal(at(5));
      expect(await last({ channel: "sms" })).to.deep.equal(at(9));
      expect(await last({ sender: null })).to.deep.equal(at(1));
      expect(await last({ sender: "+15005550099" })).to.equal(null);
      expect(await last({ contact: "+16175551213" })).to.equal(null);
    });

    it("looks back no further than it is told", async () => {
      await opened().commit([{ kind: "message-received", message: sampleReceived({ channel: "whatsapp" }) }]);
      expect(await last({}, start)).to.deep.equal(start);
      expect(await last({}, new Date(start.getTime() + 1))).to.equal(null);
    });
  });

  describe("the condition of a call", () => {
    it("comes back with what was picked", async () => {
      const session: KeptSession = {
        ...{
          channel: "whatsapp",
          sender: null,
          contact: "+16175551212",
          ms: 86_100_000,
          leavesAt: null,
          label: "text",
        },
        inside: { label: "text", request: { body: "Hi" }, message: null },
        outside: { code: "SESSION_CLOSED", message: "no", remedy: "A template." },
        picked: { which: "inside", why: "they wrote" },
      };
      const effect = sampleEffect({ id: newId("eff"), session });
      await opened().commit([{ kind: "effect-intended", effect }]);
      expect(await opened().effects.get(effect.id)).to.deep.equal(effect);
      const { session: _none, ...plain } = { ...effect, attempts: 2 };
      await opened().commit([{ kind: "effect-restarted", effect: plain, from: "started" }]);
      expect(await opened().effects.get(effect.id)).to.deep.equal(plain);
    });
  });
}
