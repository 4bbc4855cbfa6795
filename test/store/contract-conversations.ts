import { expect } from "chai";
import type { Conversation } from "../../src/core/conversation.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import { at, sampleConversation, sampleMessage, sampleReceived, start, told } from "./samples.js";

const contact = "+16175551212";
const opened = (conversation: Conversation) => ({ kind: "conversation-opened", conversation }) as const;
const received = (message: ReturnType<typeof sampleReceived>) => ({ kind: "message-received", message }) as const;

/** What contacts write, and the conversations it belongs to. */
export function conversationContract(store: Opened): void {
  describe("received messages and conversations", () => {
    it("come back as they were stored", async () => {
      const message = sampleReceived({
        channel: "whatsapp",
        media: [{ url: "https://x.example/1", contentType: null }],
        quotes: "SM0",
        optOut: "stop",
        answers: { messageId: "msg_1", runId: "run_1", dataType: "shop/Order", key: "R1" },
      });
      const conversation = sampleConversation({ channel: "whatsapp", beginsAt: at(-60) });
      await store().commit([received(message), opened(conversation)]);
      expect(await store().received.get(message.id)).to.deep.equal(message);
      expect(await store().received.getByVendorId(message.vendorId)).to.deep.equal(message);
      expect(await store().conversations.get(conversation.id)).to.deep.equal(conversation);
      expect(await store().received.get("rcv_none")).to.equal(null);
      expect(await store().conversations.get("cnv_none")).to.equal(null);
    });

    it("refuse a message of the same vendor id, with everything beside it", async () => {
      const message = sampleReceived({ vendorId: "SM1" });
      await store().commit([received(message)]);
      const again = sampleReceived({ vendorId: "SM1" });
      const conversation = sampleConversation();
      await failed(store().commit([opened(conversation), received(again)]), "EVENT_DUPLICATED");
      expect(await store().conversations.get(conversation.id)).to.equal(null);
      expect(await store().received.get(again.id)).to.equal(null);
    });

    it("refuse a second open conversation of a contact and channel, not one of another or after the closing", async () => {
      const first = sampleConversation();
      await store().commit([opened(first), opened(sampleConversation({ channel: "whatsapp" }))]);
      await failed(store().commit([opened(sampleConversation())]), "CONVERSATION_CONFLICT");
      await store().commit([{ kind: "conversation-moved", id: first.id, state: "closed", at: at(1) }]);
      const second = sampleConversation();
      await store().commit([opened(second)]);
      expect(await store().conversations.newest("sms", contact)).to.deep.equal(second);
      expect(await store().conversations.newest("sms", "+1")).to.equal(null);
    });

    it("take exactly one of many that are opened at once", async () => {
      const all = Array.from({ length: 10 }, () => sampleConversation());
      const results = await Promise.allSettled(all.map((one) => store().commit([opened(one)])));
      expect(results.filter(({ status }) => status === "fulfilled")).to.have.lengthOf(1);
      expect((await store().conversations.list({}, { limit: 20 })).items).to.have.lengthOf(1);
    });

    it("move the last message forward only, and only of an open conversation", async () => {
      const [older, newer] = [sampleReceived(), sampleReceived()];
      const conversation = sampleConversation({ lastReceivedId: "rcv_0" });
      const { id } = conversation;
      const join = (message: typeof older, seconds: number) =>
        store().commit([{ kind: "conversation-joined", id, receivedId: message.id, receivedAt: at(seconds) }]);
      await store().commit([opened(conversation)]);
      await join(newer, 2);
      await join(older, 1);
      const moved = { ...conversation, lastReceivedId: newer.id, lastReceivedAt: at(2), updatedAt: at(2) };
      expect(await store().conversations.get(id)).to.deep.equal(moved);
      await store().commit([{ kind: "conversation-moved", id, state: "closed", at: at(3) }]);
      await failed(join(sampleReceived(), 4), "CONVERSATION_CONFLICT");
      await failed(
        store().commit([{ kind: "conversation-moved", id, state: "closed", at: at(5) }]),
        "CONVERSATION_CONFLICT",
      );
      const closed = { ...moved, state: "closed", closedAt: at(3), updatedAt: at(3) };
      expect(await store().conversations.get(id)).to.deep.equal(closed);
    });

    it("reopen a contact's newest conversation, and no older one", async () => {
      const [first, second] = [sampleConversation(), sampleConversation()];
      const move = (id: string, state: "open" | "closed") =>
        store().commit([{ kind: "conversation-moved", id, state, at: at(1) }]);
      await store().commit([opened(first)]);
      await move(first.id, "closed");
      await move(first.id, "open");
      await failed(move(first.id, "open"), "CONVERSATION_CONFLICT");
      await move(first.id, "closed");
      await store().commit([opened(second)]);
      await failed(move(first.id, "open"), "CONVERSATION_CONFLICT");
      await move(second.id, "closed");
      await failed(move(first.id, "open"), "CONVERSATION_CONFLICT");
      await move(second.id, "open");
      expect(await store().conversations.newest("sms", contact)).to.include({
        id: second.id,
        state: "open",
        closedAt: null,
      });
    });

    it("are listed by what they are, last received first, page by page", async () => {
      const closed = sampleConversation({ state: "closed", closedAt: start });
      const open = sampleConversation();
      const other = sampleConversation({ channel: "whatsapp", contact: "+1" });
      await store().commit([closed, open, other].map(opened));
      const list = async (filter: object) =>
        (await store().conversations.list(filter, { limit: 9 })).items.map(({ id }) => id);
      expect(await list({})).to.deep.equal([other.id, open.id, closed.id]);
      expect(await list({ state: "open" })).to.deep.equal([other.id, open.id]);
      expect(await list({ channel: "sms" })).to.deep.equal([open.id, closed.id]);
      expect(await list({ contact })).to.deep.equal([open.id, closed.id]);
      const first = await store().conversations.list({}, { limit: 2 });
      const rest = await store().conversations.list({}, { limit: 2, cursor: first.next ?? "" });
      expect([first.items.length, rest.items.map(({ id }) => id), rest.next]).to.deep.equal([2, [closed.id], null]);
    });

    it("show what was received and sent while they lasted, newest first, page by page", async () => {
      const before = sampleMessage({ body: "before" });
      const sent = sampleMessage({ body: "1" });
      const first = sampleReceived({ body: "2" });
      const second = sampleReceived({ body: "3" });
      const last = sampleMessage({ body: "4", channel: "mms" });
      const elsewhere = [sampleMessage({ channel: "whatsapp" }), sampleMessage({ to: "+1" })];
      const stranger = sampleReceived({ conversationId: "cnv_2" });
      await store().commit([
        ...[before, sent, last, ...elsewhere].map(told),
        ...[first, second, stranger].map(received),
      ]);
      const conversation = sampleConversation({ id: "cnv_1" });
      const bodies = async (cursor?: string) => {
        const page = await store().conversations.messages(conversation, { limit: 2, cursor });
        return { bodies: page.items.map(({ direction, message }) => `${direction} ${message.body}`), next: page.next };
      };
      const one = await bodies();
      const two = await bodies(one.next ?? "");
      const three = await bodies(two.next ?? "");
      expect([one.bodies, two.bodies, three.bodies, three.next]).to.deep.equal([
        ["out 4", "in 3"],
        ["in 2", "out 1"],
        ["out before"],
        null,
      ]);
    });

    it("show nothing that was sent before they began or after they were closed", async () => {
      const sent = sampleMessage();
      await store().commit([told(sent)]);
      const shown = async (more: Partial<Conversation>) =>
        (await store().conversations.messages(sampleConversation(more), { limit: 5 })).items.length;
      expect(await shown({})).to.equal(1);
      expect(await shown({ closedAt: start })).to.equal(1);
      expect(await shown({ beginsAt: at(1) })).to.equal(0);
      expect(await shown({ beginsAt: at(-9), closedAt: at(-1) })).to.equal(0);
    });

    it("give what a contact wrote since an id of any kind, and what was written to it, by connection and channel", async () => {
      const question = sampleMessage();
      const [reply, whatsapp, elsewhere, picture] = [
        sampleReceived({ body: "1" }),
        sampleReceived({ channel: "whatsapp" }),
        sampleReceived({ connection: "other/twilio" }),
        sampleReceived({ body: "2", channel: "mms" }),
      ];
      await store().commit([told(question), ...[reply, whatsapp, elsewhere, picture].map(received)]);
      const correspondent = { connection: "shop/twilio", channel: "sms", contact } as const;
      const since = async (id: string, limit = 9) =>
        (await store().received.newestFrom(correspondent, id, limit)).map(({ body }) => body);
      expect(await since(question.id)).to.deep.equal(["2", "1"]);
      expect(await since(question.id, 1)).to.deep.equal(["2"]);
      expect(await since(reply.id)).to.deep.equal(["2"]);
      expect(await store().messages.newestTo(correspondent, 9)).to.deep.equal([question]);
      expect(await store().messages.newestTo({ ...correspondent, channel: "whatsapp" }, 9)).to.deep.equal([]);
    });

    it("are found by contact and by the run they answer", async () => {
      const answers = { messageId: "msg_1", runId: "run_1", dataType: null, key: null };
      const [one, two] = [sampleReceived({ answers }), sampleReceived({ contact: "+1" })];
      await store().commit([one, two].map(received));
      expect((await store().received.list({ runId: "run_1" }, { limit: 5 })).items).to.deep.equal([one]);
      expect((await store().received.list({ contact: "+1" }, { limit: 5 })).items).to.deep.equal([two]);
      expect((await store().received.list({}, { limit: 1 })).next).to.equal(two.id);
    });
  });
}
