import { expect } from "chai";
import type { Attachment } from "../../src/core/attachment.js";
import type { Change } from "../../src/core/change.js";
import type { Opened } from "./opened.js";
import { at, failure, newId, sampleAttachment, sampleConversation, sampleReceived, start } from "./samples.js";

const expected = (attachment: Attachment): Change => ({ kind: "attachment-expected", attachment });
const moved = (attachment: Attachment): Change => ({ kind: "attachment-moved", attachment });
const pieces = (attachmentId: string, first: number, ...texts: string[]): Change => ({
  kind: "attachment-pieces-kept",
  attachmentId,
  first,
  pieces: texts.map((text) => Buffer.from(text).toString("base64")),
});

/** Files that came with messages. */
export function attachmentContract(store: Opened): void {
  describe("attachments", () => {
    const textsOf = async (id: string, first: number, count: number): Promise<string[]> =>
      (await store().attachments.pieces(id, first, count)).map((bytes) => Buffer.from(bytes).toString());

    it("come back as they were stored, expected and moved", async () => {
      const attachment = sampleAttachment({ statedType: null });
      await store().commit([expected(attachment)]);
      expect(await store().attachments.get(attachment.id)).to.deep.equal(attachment);
      const kept: Attachment = {
        ...attachment,
        ...{ contentType: "image/png", bytes: 7, sha256: "ab", state: "kept", vendorCopy: "deleted", attempts: 2 },
        ...{ dueAt: null, failure, noticeId: "ntf_1", updatedAt: at(5) },
      };
      await store().commit([moved(kept)]);
      expect(await store().attachments.get(attachment.id)).to.deep.equal(kept);
      expect(await store().attachments.get("att_none")).to.equal(null);
    });

    it("that are here are not missed again by who was late", async () => {
      const attachment = sampleAttachment();
      const kept: Attachment = { ...attachment, state: "kept", dueAt: null };
      await store().commit([expected(attachment), moved(kept)]);
      await store().commit([moved({ ...attachment, state: "missed" })]);
      expect(await store().attachments.get(attachment.id)).to.deep.equal(kept);
    });

    it("are listed by state and message, newest first", async () => {
      const [one, two, other] = [
        sampleAttachment({ number: 0 }),
        sampleAttachment({ number: 1, state: "missed", dueAt: null }),
        sampleAttachment({ receivedId: "rcv_2" }),
      ];
      await store().commit([one, two, other].map(expected));
      const ids = async (filter: object, limit = 10): Promise<string[]> =>
        (await store().attachments.list(filter, { limit })).items.map(({ id }) => id);
      expect(await ids({})).to.deep.equal([other.id, two.id, one.id]);
      expect(await ids({ receivedId: "rcv_1" })).to.deep.equal([two.id, one.id]);
      expect(await ids({ state: "missed" })).to.deep.equal([two.id]);
      const page = await store().attachments.list({}, { limit: 2 });
      expect((await store().attachments.list({}, { limit: 2, cursor: page.next! })).items).to.deep.equal([one]);
    });

    it("are due when their time has come, the longest due first", async () => {
      const late = sampleAttachment({ dueAt: at(10) });
      const soon = sampleAttachment({ receivedId: "rcv_2", dueAt: at(5) });
      const done = sampleAttachment({ receivedId: "rcv_3", dueAt: null });
      await store().commit([late, soon, done].map(expected));
      const due = async (seconds: number, limit = 10): Promise<string[]> =>
        (await store().attachments.due(at(seconds), limit)).map(({ id }) => id);
      expect(await due(4)).to.deep.equal([]);
      expect(await due(10)).to.deep.equal([soon.id, late.id]);
      expect(await due(10, 1)).to.deep.equal([soon.id]);
    });

    it("have their bytes in pieces, in order, replaced when they are kept again", async () => {
      const id = newId("att");
      await store().commit([pieces(id, 2, "c"), pieces(id, 0, "a", "\0b"), pieces("att_other", 0, "x")]);
      expect(await textsOf(id, 0, 10)).to.deep.equal(["a", "\0b", "c"]);
      await store().commit([pieces(id, 1, "B")]);
      expect(await textsOf(id, 1, 1)).to.deep.equal(["B"]);
      expect(await textsOf(id, 3, 1)).to.deep.equal([]);
    });

    const day = (days: number): Date => new Date(start.getTime() + days * 86_400_000);
    const none = { succeeded: null, failed: null, payload: null, answers: null };

    async function fileOfOldMessage(): Promise<Attachment> {
      const message = sampleReceived({ eventId: "evt_gone", answers: null });
      const attachment = sampleAttachment({ receivedId: message.id, state: "kept", bytes: 1, dueAt: null });
      await store().commit([
        { kind: "conversation-opened", conversation: sampleConversation({ id: message.conversationId }) },
        { kind: "message-received", message },
        ...[expected(attachment), pieces(attachment.id, 0, "a")],
        ...[expected(sampleAttachment({ receivedId: "rcv_other" }))],
      ]);
      return attachment;
    }

    it("lose their bytes and their address with the contents of their message", async () => {
      const { id } = await fileOfOldMessage();
      await store().retention.sweep({
        ...{ stage: "received", cutoffs: { ...none, payload: day(2) }, now: day(3), after: null },
      });
      expect(await store().attachments.get(id)).to.include({ state: "gone", url: "", bytes: 1 });
      expect(await textsOf(id, 0, 1)).to.deep.equal([]);
      expect((await store().attachments.list({ state: "expected" }, { limit: 5 })).items).to.have.lengthOf(1);
    });

    it("go with their message", async () => {
      const { id } = await fileOfOldMessage();
      await store().retention.sweep({
        ...{ stage: "received", cutoffs: { ...none, succeeded: day(2) }, now: day(3), after: null },
      });
      expect(await store().attachments.get(id)).to.equal(null);
      expect(await textsOf(id, 0, 1)).to.deep.equal([]);
      expect((await store().attachments.list({}, { limit: 5 })).items).to.have.lengthOf(1);
    });
  });
}
