import { expect } from "chai";
import fc from "fast-check";
import type {
  Collection,
  CollectionVersion,
  InstalledCollection,
  TrustedPublisher,
} from "../../src/core/collection.js";
import type { Json, JsonObject } from "../../src/core/json.js";
import type { Overlay } from "../../src/core/overlay.js";
import type { RunWait } from "../../src/core/run.js";
import type { Opened } from "./opened.js";
import {
  advanced,
  at,
  created,
  failure,
  intended,
  raised,
  recorded,
  recordVersion,
  sampleEffect,
  sampleEvent,
  sampleFlowVersion,
  sampleMessage,
  sampleNotification,
  sampleQuarantined,
  sampleRun,
  start,
  told,
} from "./samples.js";

/** Text that a careless store bends: quotes, accents, an emoji, line ends, placeholders, SQL. */
const awkward = "Zoë's \"order\" 🛒\r\n\t?1 %s '; DROP TABLE runs; -- \u{10ffff}";
const json: JsonObject = {
  text: awkward,
  nul: "a\0b",
  deep: [[{ a: null }], 1.5, -0.25, 1e21, true],
  "": {},
  __proto: [],
};

const anyText = fc.string({ unit: fc.constantFrom("a", "\0", "\ud83d", "\ude00", "é", '"', "\\", "?", "\u2028") });
const anyJson = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Json>(null, true, 0, -1.5, 1e21),
    anyText,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(anyText, tie("json"), { maxKeys: 3 }),
  ),
})).json;
const anyWait: fc.Arbitrary<RunWait | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("retry" as const), effectId: anyText }),
  fc.record({
    kind: fc.constant("connection" as const),
    connection: anyText,
    reason: anyText,
    placeAt: fc.option(anyText),
  }),
  fc.record({ kind: fc.constant("turn" as const), behind: anyText, since: anyText }),
  fc.record({ kind: fc.constant("outcome" as const), effectId: anyText, asked: fc.nat() }),
  fc.record({
    kind: fc.constant("awaited" as const),
    stepId: anyText,
    since: anyText,
    until: anyText,
    record: fc.option(fc.record({ dataType: anyText, key: anyText, version: fc.nat() })),
  }),
  fc.record({
    kind: fc.constant("items" as const),
    stepId: anyText,
    total: fc.nat(),
    next: fc.nat(),
    again: fc.option(anyText),
  }),
);

/** What is stored comes back as it was. */
export function roundTripContract(opened: Opened): void {
  describe("a round trip keeps every member", () => {
    it("of an event", async () => {
      const store = opened();
      const full = sampleEvent({
        kind: "message.undelivered",
        key: awkward,
        payload: json,
        causedByRun: "run_1",
        depth: 3,
        dedupeKey: awkward,
        decisions: [
          { flow: "shop/thank", verdict: "fired", reason: awkward, runId: "run_2" },
          { flow: "shop/other", verdict: "not-fired", reason: "when is false", runId: null },
          { flow: "shop/off", verdict: "inactive", reason: "the flow is switched off", runId: null },
          { flow: "shop/odd", verdict: "inactive", reason: awkward, runId: null },
        ],
      });
      const bare = sampleEvent({ dataType: null, key: null, version: null, payload: {} });
      await store.commit([recorded(full), recorded(bare)]);
      expect(await store.events.get(full.id)).to.deep.equal(full);
      expect(await store.events.get(bare.id)).to.deep.equal(bare);
      expect(await store.events.get("evt_none")).to.equal(null);
    });

    it("of a run", async () => {
      const store = opened();
      const full = sampleRun({
        status: "failed",
        dueAt: at(1),
        leasedBy: awkward,
        fence: 5,
        attempts: 6,
        steps: [
          { id: "a", outcome: "done", output: json, failure: null, finishedAt: at(0.001) },
          { id: "b", outcome: "failed", output: null, failure, finishedAt: at(2) },
        ],
        failure: { ...failure, message: awkward },
        stopReason: awkward,
        earlier: [
          { status: "failed", failure, stopReason: null, endedAt: at(0.001), retriedAt: at(1) },
          { status: "cancelled", failure: null, stopReason: awkward, endedAt: at(2), retriedAt: at(3.5) },
        ],
        depth: 2,
        parent: { runId: awkward, stepId: "lines", index: 0 },
        path: awkward,
        item: json,
        wait: { kind: "items", stepId: "lines", total: 3, next: 2, again: null },
        updatedAt: at(3),
        finishedAt: at(4),
      });
      const bare = sampleRun({ dataType: null, key: null, dueAt: null });
      await store.commit([created(full), created(bare)]);
      expect(await store.runs.get(full.id)).to.deep.equal(full);
      expect(await store.runs.get(bare.id)).to.deep.equal(bare);
      expect(await store.runs.get("run_none")).to.equal(null);
    });

    it("of an effect, by id and by key", async () => {
      const store = opened();
      const full = sampleEffect({
        key: awkward,
        onRepeat: "same",
        recipient: awkward,
        request: json,
        state: "unknown",
        vendorId: awkward,
        response: json,
        failure,
        attempts: 3,
        expiresAt: at(0.001),
        startedAt: at(1),
        settledAt: at(2),
      });
      const bare = sampleEffect({ recipient: null, request: {}, state: "intended", attempts: 0, startedAt: null });
      await store.commit([intended(full), intended(bare)]);
      expect(await store.effects.get(full.id)).to.deep.equal(full);
      expect(await store.effects.getByKey(awkward)).to.deep.equal(full);
      expect(await store.effects.get(bare.id)).to.deep.equal(bare);
      expect(await store.effects.get("eff_none")).to.equal(null);
      expect(await store.effects.getByKey("none")).to.equal(null);
    });

    it("of a message", async () => {
      const store = opened();
      const full = sampleMessage({
        channel: "whatsapp",
        body: awkward,
        segments: 3,
        media: ["https://shop.example/a.png", awkward],
        vendorId: "SM1",
        status: "undelivered",
        errorCode: "30003",
        updatedAt: at(8),
      });
      const bare = sampleMessage({ dataType: null, key: null, from: null, body: "" });
      await store.commit([told(full), told(bare)]);
      expect(await store.messages.get(full.id)).to.deep.equal(full);
      expect(await store.messages.get(bare.id)).to.deep.equal(bare);
    });

    it("of a notification", async () => {
      const store = opened();
      const full = sampleNotification({
        level: "error",
        state: "acknowledged",
        title: awkward,
        cause: awkward,
        remedy: awkward,
        code: "ENDPOINT_REFUSED",
        eventId: "evt_1",
        messageId: "msg_1",
        retries: 4,
        request: json,
        response: json,
        updatedAt: at(5),
      });
      const bare = sampleNotification({ flow: null, runId: null, dataType: null, key: null });
      await store.commit([raised(full), raised(bare)]);
      expect(await store.notifications.get(full.id)).to.deep.equal(full);
      expect(await store.notifications.get(bare.id)).to.deep.equal(bare);
      expect(await store.notifications.get("ntf_none")).to.equal(null);
    });

    it("of a quarantined record", async () => {
      const store = opened();
      const full = sampleQuarantined({
        key: awkward,
        document: json,
        problems: [{ path: "/a~1b/0", message: awkward }],
        state: "released",
        eventId: "evt_1",
        updatedAt: at(5),
      });
      const bare = sampleQuarantined({ document: {}, problems: [] });
      await store.commit([full, bare].map((record) => ({ kind: "record-quarantined", record })));
      expect(await store.quarantine.get(full.id)).to.deep.equal(full);
      expect(await store.quarantine.get(bare.id)).to.deep.equal(bare);
    });

    it("of whatever JSON an item, a wait and a held document have, down to NULs and halves of surrogate pairs", async () => {
      const store = opened();
      const document = fc.dictionary(anyText, anyJson) as fc.Arbitrary<JsonObject>;
      await fc.assert(
        fc.asyncProperty(anyJson, anyWait, document, async (item, wait, held) => {
          const [run, record] = [sampleRun({ item, wait }), sampleQuarantined({ document: held })];
          await store.commit([created(run), { kind: "record-quarantined", record }]);
          expect(await store.runs.get(run.id)).to.deep.equal(run);
          await store.commit([advanced({ ...run, wait: null }), advanced(run)]);
          expect(await store.runs.get(run.id)).to.deep.equal(run);
          expect(await store.quarantine.get(record.id)).to.deep.equal(record);
        }),
        { numRuns: 40 },
      );
    });

    it("of text but for a NUL, which no database keeps: it becomes U+FFFD, and keys stay apart", async () => {
      const store = opened();
      const message = sampleMessage({ body: "a\0b\0" });
      await store.commit([
        told(message),
        ...recordVersion({ key: "R\0a", version: 1, document: { n: 1 } }).changes,
        ...recordVersion({ key: "R\0b", version: 1, document: { n: 2 } }).changes,
      ]);
      expect((await store.messages.get(message.id))?.body).to.equal("a\ufffdb\ufffd");
      expect((await store.records.get("shop/Order", "R\0a"))?.document).to.deep.equal({ n: 1 });
      expect((await store.records.get("shop/Order", "R\0b"))?.document).to.deep.equal({ n: 2 });
    });

    it("of instants far away", async () => {
      const store = opened();
      for (const instant of [new Date(0), new Date("1969-12-31T23:59:59.999Z"), new Date("9999-12-31T23:59:59.999Z")]) {
        const event = sampleEvent({ createdAt: instant });
        await store.commit([recorded(event)]);
        expect((await store.events.get(event.id))?.createdAt).to.deep.equal(instant);
      }
    });
  });

  definitions(opened);
}

function definitions(opened: Opened): void {
  const installed = (name: string, more: Partial<InstalledCollection> = {}): InstalledCollection => {
    const collection: Collection = {
      name,
      version: "1.0.0",
      title: awkward,
      summary: "",
      licence: null,
      requires: { communication: "^1" },
      parameters: { type: "object" },
      dataTypes: [{ name: `${name}/Order`, schema: { type: "object" } }],
      translators: [],
      connections: [
        { name: `${name}/twilio`, title: "Twilio", connector: "twilio", settings: json, maxPerSecond: null },
      ],
      flows: [sampleFlowVersion("h").flow],
      samples: [{ name: "order", dataType: `${name}/Order`, documents: [json] }],
    };
    return {
      collection,
      hash: "c0ffee",
      parameters: json,
      sealedSecrets: null,
      hookSecrets: {},
      integrity: null,
      installedAt: start,
      ...more,
    };
  };

  describe("collections", () => {
    it("come back as they were, by name and in order of name", async () => {
      const store = opened();
      const [shop, bank] = [installed("shop"), installed("bank", { sealedSecrets: "v1:x", hookSecrets: { a: "b" } })];
      await store.commit([
        { kind: "collection-installed", installed: shop },
        { kind: "collection-installed", installed: bank },
      ]);
      expect(await store.collections.list()).to.deep.equal([bank, shop]);
      expect(await store.collections.get("shop")).to.deep.equal(shop);
      expect(await store.collections.get("none")).to.equal(null);
    });

    it("are replaced as a whole by one of the same name", async () => {
      const store = opened();
      const first = installed("shop", { sealedSecrets: "v1:x", hookSecrets: { a: "b" } });
      const second = installed("shop", { hash: "beef", parameters: {}, installedAt: at(1) });
      await store.commit([{ kind: "collection-installed", installed: first }]);
      await store.commit([{ kind: "collection-installed", installed: second }]);
      expect(await store.collections.list()).to.deep.equal([second]);
    });
  });

  describe("collections that are taken away", () => {
    it("are gone, say so in the stamp, and take nothing else with them", async () => {
      const store = opened();
      const version = sampleFlowVersion("h1");
      await store.commit([
        { kind: "collection-installed", installed: installed("shop", { integrity: "sha512-a" }) },
        { kind: "collection-installed", installed: installed("bank") },
        { kind: "flow-version-kept", version },
      ]);
      const [shop] = (await store.collections.list()).filter(({ collection }) => collection.name === "shop");
      expect(shop?.integrity).to.equal("sha512-a");
      const stamp = await store.definitionsStamp();
      await store.commit([{ kind: "collection-uninstalled", name: "shop" }]);
      expect((await store.collections.list()).map(({ collection }) => collection.name)).to.deep.equal(["bank"]);
      expect(await store.collections.get("shop")).to.equal(null);
      expect(await store.definitionsStamp()).to.not.equal(stamp);
      expect(await store.flows.version("h1")).to.deep.equal(version);
    });
  });

  describe("collection versions", () => {
    const kept = (name: string, integrity: string, more: Partial<CollectionVersion> = {}): CollectionVersion => ({
      ...{ name, version: "1.0.0", files: { "collection.yaml": awkward, "a/b.txt": "" }, signature: null },
      origin: { source: awkward, resolved: "shipped:shop", integrity, version: "1.0.0", publisher: null },
      installedAt: start,
      ...more,
    });
    const keep = (version: CollectionVersion) => ({ kind: "collection-version-kept", version }) as const;

    it("come back as they were, last installed first, their files only one by one", async () => {
      const store = opened();
      const first = kept("shop", "sha512-a");
      const second = kept("shop", "sha512-b", {
        installedAt: at(1),
        signature: { key: "ed25519:A", signature: "eA==" },
      });
      await store.commit([first, second, kept("bank", "sha512-a")].map(keep));
      const listed = [second, first].map(({ files: _files, signature: _signature, ...rest }) => rest);
      expect(await store.collections.versions("shop")).to.deep.equal(listed);
      expect(await store.collections.version("shop", "sha512-a")).to.deep.equal(first);
      expect(await store.collections.version("shop", "sha512-b")).to.deep.equal(second);
      expect(await store.collections.version("shop", "sha512-c")).to.equal(null);
      expect(await store.collections.versions("none")).to.deep.equal([]);
    });

    it("are one for each integrity: installed again, one says where it came from last, and its files stay", async () => {
      const store = opened();
      const first = kept("shop", "sha512-a");
      const origin = { ...first.origin, source: "./shop" };
      await store.commit([keep(first)]);
      await store.commit([keep(kept("shop", "sha512-a", { origin, files: {}, installedAt: at(5) }))]);
      expect(await store.collections.versions("shop")).to.have.lengthOf(1);
      const now = await store.collections.version("shop", "sha512-a");
      expect(now).to.deep.equal({ ...first, origin, installedAt: at(5) });
    });
  });

  describe("kept versions", () => {
    it("are let go one by one, and only those", async () => {
      const store = opened();
      const origin = { source: "./shop", resolved: "./shop", version: "1.0.0", publisher: null };
      const version = (name: string, integrity: string): CollectionVersion => ({
        ...{ name, version: "1.0.0", files: {}, signature: null, installedAt: start },
        origin: { ...origin, integrity },
      });
      const all = [version("shop", "sha512-a"), version("shop", "sha512-b"), version("bank", "sha512-a")];
      await store.commit(all.map((one) => ({ kind: "collection-version-kept", version: one })));
      await store.commit([
        { kind: "collection-version-dropped", name: "shop", integrity: "sha512-a" },
        { kind: "collection-version-dropped", name: "shop", integrity: "sha512-none" },
      ]);
      expect(await store.collections.version("shop", "sha512-a")).to.equal(null);
      expect(await store.collections.versions("shop")).to.have.lengthOf(1);
      expect(await store.collections.versions("bank")).to.have.lengthOf(1);
    });
  });

  describe("overlays", () => {
    const overlay = (collection: string, file: string, more: Partial<Overlay> = {}): Overlay => ({
      ...{ collection, file, base: awkward, mine: `${awkward}\n`, changedAt: start },
      ...more,
    });
    const set = (one: Overlay) => ({ kind: "overlay-set", overlay: one }) as const;

    it("come back as they were, by collection and file", async () => {
      const store = opened();
      const [flow, added] = [overlay("shop", "flows/a.flow.yaml"), overlay("shop", "schemas/b.json", { base: null })];
      const other = overlay("bank", "flows/a.flow.yaml");
      await store.commit([added, flow, other].map(set));
      expect(await store.collections.overlays("shop")).to.deep.equal([flow, added]);
      expect(await store.collections.overlays(null)).to.deep.equal([other, flow, added]);
      expect(await store.collections.overlays("none")).to.deep.equal([]);
    });

    it("are one for each file, and go one by one", async () => {
      const store = opened();
      const [first, kept] = [overlay("shop", "flows/a.flow.yaml"), overlay("shop", "flows/b.flow.yaml")];
      await store.commit([first, kept].map(set));
      const second = { ...first, base: null, mine: "", changedAt: at(1) };
      await store.commit([set(second)]);
      expect(await store.collections.overlays("shop")).to.deep.equal([second, kept]);
      const removal = { kind: "overlay-removed", collection: "shop", file: first.file } as const;
      await store.commit([removal]);
      await store.commit([removal]);
      expect(await store.collections.overlays("shop")).to.deep.equal([kept]);
    });
  });

  describe("publishers", () => {
    it("are trusted by their key, and not any more", async () => {
      const store = opened();
      const [one, other] = ["ed25519:B", "ed25519:A"].map((key) => ({ key, name: awkward, trustedAt: start }));
      const trust = (publisher: TrustedPublisher) => store.commit([{ kind: "publisher-trusted", publisher }]);
      for (const publisher of [one!, other!]) await trust(publisher);
      expect(await store.publishers.list()).to.deep.equal([other, one]);
      const renamed = { key: "ed25519:B", name: "New", trustedAt: at(1) };
      await trust(renamed);
      await store.commit([{ kind: "publisher-distrusted", key: "ed25519:A" }]);
      await store.commit([{ kind: "publisher-distrusted", key: "ed25519:A" }]);
      expect(await store.publishers.list()).to.deep.equal([renamed]);
    });
  });

  describe("flows", () => {
    it("keep a version under its hash, and the first one stays", async () => {
      const store = opened();
      const version = sampleFlowVersion("h1");
      await store.commit([{ kind: "flow-version-kept", version }]);
      await store.commit([{ kind: "flow-version-kept", version: { ...version, collection: "other" } }]);
      expect(await store.flows.version("h1")).to.deep.equal(version);
      expect(await store.flows.version("h2")).to.equal(null);
    });

    it("are switched on and off by name", async () => {
      const store = opened();
      expect(await store.flows.active()).to.deep.equal(new Set());
      const flip = (flow: string, active: boolean) =>
        store.commit([{ kind: "flow-activated", flow, active, at: start }]);
      await flip("shop/a", true);
      await flip("shop/b", true);
      await flip("shop/c", false);
      expect(await store.flows.active()).to.deep.equal(new Set(["shop/a", "shop/b"]));
      await flip("shop/a", false);
      await flip("shop/c", true);
      expect(await store.flows.active()).to.deep.equal(new Set(["shop/b", "shop/c"]));
    });
  });

  describe("answers", () => {
    it("come back by key, and the first one stays", async () => {
      const store = opened();
      const answer = { key: awkward, requestHash: "ab", status: 201, body: json, createdAt: start };
      await store.commit([{ kind: "answer-kept", answer }]);
      await store.commit([{ kind: "answer-kept", answer: { ...answer, requestHash: "cd", status: 500, body: {} } }]);
      expect(await store.answers.get(awkward)).to.deep.equal(answer);
      expect(await store.answers.get("none")).to.equal(null);
    });
  });
}
