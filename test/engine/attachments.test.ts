import { expect } from "chai";
import type { Attachment } from "../../src/core/attachment.js";
import type { FetchedMedia } from "../../src/core/connector.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { Notification } from "../../src/core/notification.js";
import { failed } from "../http/failed.js";
import { gate, inboundOf, openTestEngine, type TestEngine } from "./parts.js";

const connection = "test/post";
const media = [
  { url: "https://vendor.example/1", contentType: "image/png" },
  { url: "https://vendor.example/2", contentType: null },
];
const file = (text: string): FetchedMedia => ({ bytes: Buffer.from(text), contentType: "image/jpeg" });
const down = () => new PatchbayError("ENDPOINT_UNREACHABLE", "the vendor is away");

describe("files that come with messages", () => {
  let test: TestEngine;
  let fetched: string[];
  let removed: string[];
  /** What the vendor gives; throws what it throws. */
  let give: (url: string) => Promise<FetchedMedia> | FetchedMedia;

  async function open(remove: ((url: string) => Promise<void>) | null = null): Promise<void> {
    test = await openTestEngine([]);
    Object.assign(test.vendor.connection, {
      media: {
        fetch: async ({ url }: { url: string }) => {
          fetched.push(url);
          return give(url);
        },
        remove,
      },
    });
  }

  beforeEach(() => {
    fetched = [];
    removed = [];
    give = (url) => file(`file ${url.at(-1)}`);
  });
  afterEach(() => test.close());

  const receive = (id = "MM1", files = media) =>
    test.engine.receive(inboundOf(id, "Look", { media: files }), connection);
  const attachments = async (): Promise<readonly Attachment[]> =>
    (await test.store.attachments.list({}, { limit: 10 })).items.toReversed();
  const notices = async (): Promise<readonly Notification[]> =>
    (await test.store.notifications.list({}, { limit: 10 })).items;
  async function contentOf({ id }: Attachment): Promise<string> {
    return Buffer.concat(await test.store.attachments.pieces(id, 0, 100)).toString();
  }

  it("are expected as soon as the message is taken, which waits for none of them", async () => {
    await open();
    const { opened, open: let_ } = gate();
    give = async () => {
      await opened;
      return file("late");
    };
    await receive();
    const [one, two] = await attachments();
    expect(fetched).to.deep.equal([]);
    expect(one).to.deep.include({ state: "expected", number: 0, statedType: "image/png", channel: "sms" });
    expect(two).to.deep.include({ state: "expected", number: 1, statedType: null });
    const kept = await test.store.received.getByVendorId("MM1");
    expect(kept?.media.map(({ attachmentId }) => attachmentId)).to.deep.equal([one!.id, two!.id]);
    let_();
  });

  it("are fetched, each once, and kept byte for byte", async () => {
    await open();
    await receive();
    await receive();
    await test.engine.tick();
    await test.engine.tick();
    expect(fetched).to.have.members(media.map(({ url }) => url));
    const [one] = await attachments();
    expect(one).to.deep.include({
      state: "kept",
      contentType: "image/jpeg",
      bytes: 6,
      dueAt: null,
      vendorCopy: "there",
    });
    expect(one!.sha256).to.have.lengthOf(64);
    expect(await contentOf(one!)).to.equal("file 1");
    expect(await notices()).to.deep.equal([]);
  });

  it("are kept whole when they are larger than a piece and than a commit", async () => {
    await open();
    const text = "0123456789".repeat(100_000);
    give = () => file(text);
    await receive("MM1", media.slice(0, 1));
    await test.engine.tick();
    const [one] = await attachments();
    expect(one!.bytes).to.equal(text.length);
    expect((await contentOf(one!)) === text).to.equal(true);
  });

  it("may be empty", async () => {
    await open();
    give = () => file("");
    await receive("MM1", media.slice(0, 1));
    await test.engine.tick();
    expect((await attachments())[0]).to.include({ state: "kept", bytes: 0 });
  });

  it("are tried again later and later, one that fails alone", async () => {
    await open();
    give = (url) => {
      if (url.endsWith("1")) throw down();
      return file("two");
    };
    await receive();
    await test.engine.tick();
    const [one, two] = await attachments();
    expect(two!.state).to.equal("kept");
    expect(one).to.deep.include({ state: "expected", attempts: 1 });
    expect(one!.failure).to.include({ code: "ENDPOINT_UNREACHABLE" });
    expect(one!.dueAt!.getTime() - test.clock.now).to.equal(5_000);
    await test.engine.tick();
    expect(fetched).to.have.lengthOf(2);
    test.clock.now += 5_000;
    await test.engine.tick();
    expect(((await attachments())[0]!.dueAt?.getTime() ?? 0) - test.clock.now).to.equal(10_000);
    give = () => file("one");
    test.clock.now += 10_000;
    await test.engine.tick();
    expect((await attachments())[0]).to.deep.include({ state: "kept", attempts: 0, failure: null });
    expect(await notices()).to.deep.equal([]);
  });

  it("are told of once when the tries are used up, and that resolves itself when an operator has them fetched", async () => {
    await open();
    give = () => {
      throw down();
    };
    await receive("MM1", media.slice(0, 1));
    for (let tries = 0; tries < 35; tries++) {
      await test.engine.tick();
      test.clock.now += 3_600_000;
    }
    expect(fetched).to.have.lengthOf(30);
    const [missed] = await attachments();
    expect(missed).to.deep.include({ state: "missed", dueAt: null, attempts: 30 });
    const [notice, ...others] = await notices();
    expect(others).to.deep.equal([]);
    expect(notice).to.include({ code: "MEDIA_NOT_FETCHED", level: "warning", state: "new" });
    expect(notice!.remedy).to.include(`patchbay attachments fetch ${missed!.id}`);

    give = () => file("at last");
    expect((await test.engine.fetchAttachment(missed!.id)).state).to.equal("expected");
    await test.engine.tick();
    expect((await attachments())[0]!.state).to.equal("kept");
    expect((await notices())[0]!.state).to.equal("resolved");
    expect((await test.engine.fetchAttachment(missed!.id)).state).to.equal("kept");
  });

  it("are not tried again when they are refused for good", async () => {
    await open();
    give = () => {
      throw new PatchbayError("MEDIA_REFUSED", "The file is larger than 5 MB");
    };
    await receive("MM1", media.slice(0, 1));
    await test.engine.tick();
    expect((await attachments())[0]).to.deep.include({ state: "missed", dueAt: null, attempts: 1 });
    expect((await notices())[0]).to.include({ code: "MEDIA_REFUSED", cause: "The file is larger than 5 MB" });
  });

  it("are deleted at the vendor once they are here, and not before", async () => {
    const states: string[] = [];
    await open(async (url) => {
      states.push((await attachments())[0]!.state);
      removed.push(url);
    });
    await receive("MM1", media.slice(0, 1));
    await test.engine.tick();
    expect([removed, states]).to.deep.equal([["https://vendor.example/1"], ["kept"]]);
    expect((await attachments())[0]).to.deep.include({ vendorCopy: "deleted", dueAt: null, state: "kept" });
  });

  it("stay here when they cannot be deleted there, which is told", async () => {
    await open(async () => {
      throw down();
    });
    await receive("MM1", media.slice(0, 1));
    for (let tries = 0; tries < 35; tries++) {
      await test.engine.tick();
      test.clock.now += 3_600_000;
    }
    expect((await attachments())[0]).to.deep.include({ state: "kept", vendorCopy: "there", dueAt: null });
    expect((await notices()).map(({ code }) => code)).to.deep.equal(["MEDIA_NOT_DELETED"]);
  });

  it("are fetched after a crash by whoever comes next", async () => {
    await open();
    await receive("MM1", media.slice(0, 1));
    test.abandon();
    test.clock.now += 120_000;
    const bob = test.another("bob");
    await bob.tick();
    expect((await attachments())[0]!.state).to.equal("kept");
    await bob.stop();
  });

  it("are none of a vendor that has no desk for files", async () => {
    await open();
    Object.assign(test.vendor.connection, { media: undefined });
    await receive();
    expect(await attachments()).to.deep.equal([]);
    expect((await test.store.received.getByVendorId("MM1"))?.media).to.deep.equal(media);
  });

  it("that are unknown cannot be fetched", async () => {
    await open();
    await failed(test.engine.fetchAttachment("att_none"), "ATTACHMENT_UNKNOWN");
  });
});
