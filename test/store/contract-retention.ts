import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { Effect } from "../../src/core/effect.js";
import type { Event } from "../../src/core/event.js";
import { createNewId } from "../../src/core/id.js";
import {
  type Cutoffs,
  isNoLongerKept,
  noLongerKept,
  type RetentionCounts,
  type RetentionStage,
  retentionStages,
  textNoLongerKept,
} from "../../src/core/retention.js";
import type { Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import {
  created,
  failure,
  intended,
  raised,
  recorded,
  recordVersion,
  sampleBroadcast,
  sampleConsent,
  sampleConversation,
  sampleEffect,
  sampleEvent,
  sampleMessage,
  sampleNotification,
  sampleOperation,
  sampleQuarantined,
  sampleReceived,
  sampleRecipient,
  sampleRun,
  start,
  told,
} from "./samples.js";

const DAY_MS = 86_400_000;
const day = (number: number): Date => new Date(start.getTime() + number * DAY_MS);
const never: Cutoffs = { succeeded: null, failed: null, payload: null, answers: null };
const everything: Cutoffs = { succeeded: day(2), failed: day(2), payload: day(2), answers: day(2) };

/** Goes through one stage, or all, until nothing is left to look at. */
async function sweep(
  store: Store,
  cutoffs: Cutoffs,
  { stages = retentionStages, now = day(30) }: { stages?: readonly RetentionStage[]; now?: Date } = {},
): Promise<RetentionCounts> {
  const sum: Record<string, number> = {};
  for (const stage of stages) {
    let after: string | null = null;
    for (let pieces = 0; pieces < 100; pieces++) {
      const swept: Awaited<ReturnType<Store["retention"]["sweep"]>> = await store.retention.sweep({
        ...{ stage, cutoffs, after, now },
      });
      for (const [kind, count] of Object.entries(swept.counts)) if (count > 0) sum[kind] = (sum[kind] ?? 0) + count;
      after = swept.next;
      if (after === null) break;
    }
  }
  return sum;
}

/** Closes, and a day later drops. */
async function sweepTwice(store: Store, cutoffs: Cutoffs): Promise<void> {
  await sweep(store, cutoffs);
  await sweep(store, cutoffs, { now: day(31) });
}

interface Story {
  readonly event: Event;
  readonly run: Run;
  readonly effect: Effect;
  readonly changes: Change[];
}

/** What one event led to: a run that has ended, its call, its text and its notification. */
function story(
  more: { event?: Event; run?: Partial<Run>; effect?: Partial<Effect>; level?: "info" | "error" } = {},
): Story {
  const event = more.event ?? sampleEvent({ version: null });
  const steps = [
    { id: "sms", outcome: "done" as const, output: { body: "Hey" }, failure: null, finishedAt: start },
    { id: "nothing", outcome: "skipped" as const, output: null, failure: null, finishedAt: start },
  ];
  const ended = { status: "succeeded", dueAt: null, finishedAt: start, steps } as const;
  const run = sampleRun({ eventId: event.id, ...ended, ...more.run });
  const effect = sampleEffect({
    ...{ runId: run.id, key: `shop/thank:${event.id}:send`, state: "done", response: { sid: "SM1" }, settledAt: start },
    ...more.effect,
  });
  const about = { runId: run.id, effectId: effect.id };
  const notification = sampleNotification({
    runId: run.id,
    eventId: event.id,
    level: more.level ?? "info",
    request: {},
  });
  const isNew = more.event === undefined;
  const changes = [created(run), intended(effect), told(sampleMessage(about)), raised(notification)];
  return { event, run, effect, changes: isNew ? [recorded(event), ...changes] : changes };
}

/** How many there are of what a story is made of. */
async function left(store: Store, { event, run, effect }: Story): Promise<Record<string, number>> {
  const there = async (found: Promise<unknown>): Promise<number> => ((await found) === null ? 0 : 1);
  return {
    event: await there(store.events.get(event.id)),
    run: await there(store.runs.get(run.id)),
    effect: await there(store.effects.getByKey(effect.key)),
    messages: (await store.messages.list({ runId: run.id }, { limit: 9 })).items.length,
    notifications: (await store.notifications.list({ runId: run.id }, { limit: 9 })).items.length,
  };
}
const all = { event: 1, run: 1, effect: 1, messages: 1, notifications: 1 };
const none = { event: 0, run: 0, effect: 0, messages: 0, notifications: 0 };

export function retentionContract(opened: Opened): void {
  describe("retention", () => {
    eventsGo(opened);
    eventsStay(opened);
    payloadsGo(opened);
    listsGo(opened);
  });
}

function eventsGo(opened: Opened): void {
  it("drops what an event started as one, an hour after the event was closed", async () => {
    const store = opened();
    const one = story();
    await store.commit(one.changes);
    expect(await sweep(store, { ...never, succeeded: day(2) })).to.deep.equal({ payloads: 1 });
    expect(await left(store, one)).to.deep.equal(all);
    expect(await sweep(store, { ...never, succeeded: day(2) })).to.deep.equal({});
    const later = new Date(day(30).getTime() + 3_600_000);
    expect(await sweep(store, { ...never, succeeded: day(2) }, { now: later })).to.deep.equal({ runs: 1, events: 1 });
    expect(await left(store, one)).to.deep.equal(none);
  });

  it("says beforehand what would go, and changes nothing by it", async () => {
    const store = opened();
    const one = story();
    await store.commit(one.changes);
    const order = { stage: "events", cutoffs: everything, now: day(30), after: null } as const;
    expect((await store.retention.preview(order)).counts).to.include({ payloads: 1 });
    expect(await store.retention.isClosed(one.event.id)).to.equal(false);
    expect(await left(store, one)).to.deep.equal(all);
  });

  it("tells what ended well from what did not: failed, cancelled, or with a warning or an error", async () => {
    const store = opened();
    const well = story();
    const others = [
      story({ run: { status: "failed", failure } }),
      story({ run: { status: "cancelled" } }),
      story({ level: "error" }),
    ];
    await store.commit([well, ...others].flatMap(({ changes }) => changes));
    await sweepTwice(store, { ...never, succeeded: day(2) });
    expect(await left(store, well)).to.deep.equal(none);
    for (const other of others) expect(await left(store, other)).to.deep.equal(all);
    await sweepTwice(store, { ...never, failed: day(2) });
    for (const other of others) expect(await left(store, other)).to.deep.equal(none);
  });

  it("goes on where it was, also when one event started very many runs", async () => {
    const store = opened();
    const stories = Array.from({ length: 12 }, () => story());
    const items = Array.from({ length: 250 }, () => created({ ...stories[3]!.run, id: sampleRun().id }));
    await store.commit([...stories.flatMap(({ changes }) => changes), ...items]);
    const order = { stage: "events", cutoffs: everything, now: day(30) } as const;
    const first = await store.retention.sweep({ ...order, after: null });
    expect(first).to.deep.include({ next: stories[2]!.event.id });
    const second = await store.retention.sweep({ ...order, after: first.next });
    expect(second).to.deep.include({ next: stories[3]!.event.id });
    const third = await store.retention.sweep({ ...order, after: second.next });
    expect(third.next).to.equal(null);
    expect([first, second, third].map(({ counts }) => counts.payloads)).to.deep.equal([3, 1, 8]);
  });
}

function eventsStay(opened: Opened): void {
  it("keeps everything when it is told nothing else", async () => {
    const store = opened();
    const one = story();
    await store.commit(one.changes);
    expect(await sweep(store, never)).to.deep.equal({});
    expect(await sweep(store, { ...everything, succeeded: start, payload: start, failed: start })).to.deep.equal({});
    expect(await left(store, one)).to.deep.equal(all);
  });

  for (const [what, more] of [
    ["a run is open", { run: { status: "waiting", dueAt: day(40), finishedAt: null } }],
    ["a run has ended only lately", { run: { finishedAt: day(3) } }],
    ["an outcome is unknown", { effect: { state: "unknown" } }],
    ["a call was begun and never settled", { effect: { state: "started" } }],
  ] as const) {
    it(`touches nothing of an event while ${what}`, async () => {
      const store = opened();
      const one = story({ run: more.run ?? {}, effect: more.effect ?? {} } as Parameters<typeof story>[0]);
      await store.commit(one.changes);
      await sweepTwice(store, everything);
      expect(await left(store, one)).to.deep.equal(all);
      expect(await store.runs.get(one.run.id)).to.deep.equal(one.run);
      expect(await store.retention.isClosed(one.event.id)).to.equal(false);
    });
  }

  it("touches nothing of an event while the vendor keeps a message of it for later, and lets it go when it has left", async () => {
    const store = opened();
    const one = story();
    const message = sampleMessage({ runId: one.run.id, effectId: one.effect.id, status: "scheduled", vendorId: "SM1" });
    await store.commit(one.changes.map((change) => (change.kind === "message-recorded" ? told(message) : change)));
    await sweepTwice(store, everything);
    expect(await left(store, one)).to.deep.equal(all);
    await store.commit([told({ ...message, status: "sent" })]);
    await sweepTwice(store, everything);
    expect((await left(store, one)).messages).to.equal(0);
  });

  it("keeps what was sent to somebody while it is unknown what became of another call to them", async () => {
    const store = opened();
    const doubtful = story({ effect: { state: "unknown" } });
    const [same, other] = [story(), story({ effect: { recipient: "+16175559999" } })];
    await store.commit([doubtful, same, other].flatMap(({ changes }) => changes));
    await sweepTwice(store, everything);
    expect(await left(store, same)).to.deep.equal(all);
    expect(await left(store, other)).to.deep.equal(none);
  });

  it("keeps who has opted out and how that is known, though the message that said so has gone", async () => {
    const message = sampleReceived({ optOut: "stop" });
    const entry = sampleConsent({ messageId: message.id });
    await opened().commit([
      { kind: "message-received", message },
      { kind: "consent-recorded", entry },
    ]);
    await sweep(opened(), everything);
    expect(await opened().consent.entry(entry.id)).to.deep.equal(entry);
    expect(await opened().consent.optOuts(entry.contact, "sms")).to.have.lengthOf(1);
  });

  it("keeps a record's newest event with its document, closed", async () => {
    const store = opened();
    const { event, changes } = recordVersion({ key: "R1", version: 1, document: { id: "R1", total: 5 } });
    const one = story({ event });
    await store.commit([...changes, ...one.changes]);
    await sweepTwice(store, everything);
    expect(await left(store, one)).to.deep.equal({ ...none, event: 1 });
    expect((await store.records.get("shop/Order", "R1"))?.document).to.deep.equal({ id: "R1", total: 5 });
    expect(await store.retention.isClosed(event.id)).to.equal(true);
    expect(await store.events.newestAt("shop/Order")).to.deep.equal(start);
  });

  it("drops an older version once the next one is closed, which would need it for `$previous`", async () => {
    const store = opened();
    const [first, second] = [recordVersion({ key: "R1", version: 1 }), recordVersion({ key: "R1", version: 2 })];
    const open = story({ event: second.event, run: { status: "waiting", dueAt: day(40), finishedAt: null } });
    await store.commit([...first.changes, ...second.changes, ...open.changes]);
    await sweepTwice(store, everything);
    expect((await store.events.ofVersion("shop/Order", "R1", 1))?.payload).to.deep.equal({ id: "R1", version: 1 });
    await store.commit([
      { kind: "run-advanced", run: { ...open.run, status: "succeeded", dueAt: null, finishedAt: start } },
    ]);
    await sweepTwice(store, everything);
    await sweepTwice(store, everything);
    expect(await store.events.ofVersion("shop/Order", "R1", 1)).to.equal(null);
    expect((await store.records.get("shop/Order", "R1"))?.version).to.equal(2);
  });

  it("keeps what a run has started while the run is there: replayed, it must find it", async () => {
    const store = opened();
    const cause = story({ run: { status: "failed", failure } });
    const started = sampleEvent({
      kind: "flow.started",
      causedByRun: cause.run.id,
      dedupeKey: "start:a",
      version: null,
    });
    const echo = story({ event: started });
    await store.commit([...cause.changes, recorded(started), ...echo.changes]);
    await sweepTwice(store, { ...never, succeeded: day(2) });
    expect(await left(store, echo)).to.deep.equal({ ...none, event: 1 });
    expect((await store.events.getByDedupeKey("start:a"))?.id).to.equal(started.id);
    await sweepTwice(store, everything);
    await sweepTwice(store, everything);
    expect(await store.events.get(started.id)).to.equal(null);
  });

  it("keeps that a silence was noticed, so that it is not noticed again", async () => {
    const store = opened();
    const silence = sampleEvent({ kind: "silence.noticed", dedupeKey: "silence:a", version: null });
    await store.commit([recorded(silence)]);
    await sweepTwice(store, everything);
    expect((await store.events.getByDedupeKey("silence:a"))?.id).to.equal(silence.id);
  });

  it("does not let a run of a closed event be taken up again", async () => {
    const store = opened();
    const one = story({ run: { status: "failed", failure } });
    await store.commit(one.changes);
    const reopening = (run: Run): Change => ({
      kind: "run-reopened",
      run: { ...run, status: "queued", dueAt: start, finishedAt: null, fence: run.fence + 1 },
    });
    await sweep(store, everything);
    await failed(store.commit([reopening(one.run)]), "RUN_NOT_FINISHED");
    const stored = (await store.runs.get(one.run.id))!;
    await failed(store.commit([reopening(stored)]), "EVENT_NOT_KEPT");
    expect(await store.runs.get(one.run.id)).to.deep.equal(stored);
  });
}

function payloadsGo(opened: Opened): void {
  it("marks documents, requests, responses and results as no longer kept, and keeps the rows", async () => {
    const store = opened();
    const one = story({ run: { item: { line: 1 } } });
    await store.commit(one.changes);
    expect(await sweep(store, { ...never, payload: day(2) })).to.deep.equal({ payloads: 1 });
    const [event, run, effect] = [
      await store.events.get(one.event.id),
      await store.runs.get(one.run.id),
      await store.effects.get(one.effect.id),
    ];
    expect(event).to.deep.equal({ ...one.event, payload: noLongerKept });
    expect(isNoLongerKept(event?.payload)).to.equal(true);
    expect(effect).to.deep.equal({ ...one.effect, request: noLongerKept, response: noLongerKept });
    expect(run).to.deep.include({ status: "succeeded", item: noLongerKept });
    expect(run?.steps.map(({ id, outcome, output }) => [id, outcome, output])).to.deep.equal([
      ["sms", "done", noLongerKept],
      ["nothing", "skipped", null],
    ]);
    const [notification] = (await store.notifications.list({ runId: one.run.id }, { limit: 1 })).items;
    expect(notification).to.deep.include({ request: noLongerKept, response: null, title: "Order R1 was confirmed" });
    expect(await sweep(store, { ...never, payload: day(2) }, { now: day(40) })).to.deep.equal({});
    expect(await left(store, one)).to.deep.equal(all);
  });

  it("takes the document of what was a record's newest event when it is so no more", async () => {
    const store = opened();
    const first = recordVersion({ key: "R1", version: 1 });
    await store.commit(first.changes);
    await sweep(store, { ...never, payload: day(2) });
    const stripped = async (): Promise<boolean> => isNoLongerKept((await store.events.get(first.event.id))?.payload);
    expect(await stripped()).to.equal(false);
    const second = recordVersion({ key: "R1", version: 2 });
    await store.commit([...second.changes, created(sampleRun({ eventId: second.event.id }))]);
    await sweep(store, { ...never, payload: day(2) });
    expect(await stripped()).to.equal(false);
    const [run] = (await store.runs.list({ eventId: second.event.id }, { limit: 1 })).items;
    await store.commit([
      { kind: "run-advanced", run: { ...run!, status: "succeeded", dueAt: null, finishedAt: start } },
    ]);
    await sweep(store, { ...never, payload: day(2) });
    await sweep(store, { ...never, payload: day(2) });
    expect(await stripped()).to.equal(true);
  });
}

/** Ids of long ago: what has no run goes by when it was made. */
const oldId = createNewId(
  () => start.getTime(),
  (size) => new Uint8Array(size).fill(3),
);

function listsGo(opened: Opened): void {
  it("drops notifications of no run by their level, and issues that have none left", async () => {
    const store = opened();
    const info = sampleNotification({ id: oldId("ntf"), runId: null });
    const error = sampleNotification({ id: oldId("ntf"), runId: null, level: "error", fingerprint: "e" });
    await store.commit([raised(info), raised(error)]);
    expect(await sweep(store, { ...never, succeeded: day(2) })).to.deep.equal({ notifications: 1 });
    expect(await store.notifications.get(info.id)).to.equal(null);
    expect(await store.issues.get("e")).to.not.equal(null);
    expect(await sweep(store, everything)).to.deep.equal({ notifications: 1, issues: 1 });
    expect(await store.issues.get("e")).to.equal(null);
  });

  it("drops what has left quarantine and operations that have ended, never what is held or running", async () => {
    const store = opened();
    const [held, released] = [sampleQuarantined(), sampleQuarantined()];
    const done = sampleOperation({ state: "done", finishedAt: start });
    const running = sampleOperation();
    await store.commit([
      { kind: "record-quarantined", record: held },
      { kind: "record-quarantined", record: released },
      { kind: "quarantine-moved", record: { ...released, state: "released" } },
      { kind: "operation-begun", operation: done },
      { kind: "operation-begun", operation: running },
    ]);
    expect(await sweep(store, everything)).to.deep.equal({ quarantine: 1, operations: 1 });
    expect(await store.quarantine.get(held.id)).to.deep.equal(held);
    expect(await store.operations.get(running.id)).to.deep.equal(running);
  });

  it("drops broadcasts that have ended, their recipients first, never those that are under way", async () => {
    const store = opened();
    const done = sampleBroadcast({ id: oldId("bct"), state: "done", finishedAt: start });
    const running = sampleBroadcast({ id: oldId("bct") });
    await store.commit([
      ...[done, running].map((broadcast) => ({ kind: "broadcast-created", broadcast }) as const),
      ...[done, running].map(
        ({ id: broadcastId }) =>
          ({ kind: "recipient-added", recipient: sampleRecipient({ id: oldId("rcp"), broadcastId }) }) as const,
      ),
    ]);
    expect(await sweep(store, everything)).to.deep.equal({ recipients: 1, broadcasts: 1 });
    expect(await store.broadcasts.get(done.id)).to.equal(null);
    expect(await store.broadcasts.counts(running.id)).to.deep.equal({ queued: 1 });
  });

  it("drops what customers wrote behind its event and the run it answers, and then its closed conversation", async () => {
    const store = opened();
    const answered = story({ run: { status: "failed", failure } });
    const event = sampleEvent({ kind: "message.received", version: null });
    const id = oldId("rcv");
    const conversation = sampleConversation({ id: oldId("cnv"), lastReceivedId: id, state: "closed", closedAt: start });
    const message = sampleReceived({
      id,
      eventId: event.id,
      answers: { messageId: "msg_1", runId: answered.run.id, dataType: null, key: null },
      conversationId: conversation.id,
    });
    await store.commit([...answered.changes, recorded(event)]);
    await store.commit([
      { kind: "conversation-opened", conversation },
      { kind: "message-received", message: { ...message, receivedAt: start } },
    ]);
    await sweepTwice(store, { ...never, succeeded: day(2) });
    expect(await store.events.get(event.id)).to.equal(null);
    expect(await store.received.get(id)).to.not.equal(null);
    await sweepTwice(store, everything);
    expect([await store.received.get(id), await store.conversations.get(conversation.id)]).to.deep.equal([null, null]);
  });

  it("empties what customers wrote when its event and that of the run it answers are closed, and keeps the rows", async () => {
    const store = opened();
    const answered = story({ run: { status: "waiting", dueAt: day(40), finishedAt: null } });
    const event = sampleEvent({ kind: "message.received", version: null });
    const message = sampleReceived({
      ...{
        id: oldId("rcv"),
        eventId: event.id,
        media: [{ url: "https://example.com/a.jpg", contentType: "image/jpeg" }],
      },
      answers: { messageId: "msg_1", runId: answered.run.id, dataType: null, key: null },
    });
    await store.commit([...answered.changes, recorded(event), { kind: "message-received", message }]);
    await sweep(store, { ...never, payload: day(2) });
    expect(await store.received.get(message.id)).to.deep.equal(message);
    await store.commit([
      { kind: "run-advanced", run: { ...answered.run, status: "succeeded", dueAt: null, finishedAt: start } },
    ]);
    expect(await sweep(store, { ...never, payload: day(2) })).to.deep.equal({ payloads: 1, contents: 1 });
    const emptied = { body: textNoLongerKept, media: [], raw: noLongerKept };
    expect(await store.received.get(message.id)).to.deep.equal({ ...message, ...emptied });
    const [text] = (await store.messages.list({ runId: answered.run.id }, { limit: 1 })).items;
    expect(text).to.deep.include({ body: textNoLongerKept, media: [], status: "pending" });
    expect(await sweep(store, { ...never, payload: day(2) })).to.deep.equal({});
  });

  it("empties what has left quarantine, never what is held", async () => {
    const store = opened();
    const [held, released] = [sampleQuarantined(), sampleQuarantined()];
    await store.commit([
      { kind: "record-quarantined", record: held },
      { kind: "record-quarantined", record: released },
      { kind: "quarantine-moved", record: { ...released, state: "released" } },
    ]);
    expect(await sweep(store, { ...never, payload: day(2) })).to.deep.equal({ contents: 1 });
    expect(await store.quarantine.get(held.id)).to.deep.equal(held);
    expect(await store.quarantine.get(released.id)).to.deep.include({ document: noLongerKept, problems: [] });
  });

  it("drops answers by their own age, page by page", async () => {
    const store = opened();
    const answers = Array.from({ length: 450 }, (_, index): Change => {
      const createdAt = index < 440 ? start : day(5);
      const key = `key ${index}`;
      return { kind: "answer-kept", answer: { key, requestHash: "a", status: 201, body: {}, createdAt } };
    });
    await store.commit(answers);
    expect(await sweep(store, { ...everything, answers: null })).to.deep.equal({});
    const order = { stage: "answers", cutoffs: everything, now: day(30) } as const;
    let [after, counted]: [string | null, number] = [null, 0];
    for (let page = 0; page < 3; page++) {
      const preview: Awaited<ReturnType<Store["retention"]["preview"]>> = await store.retention.preview({
        ...order,
        after,
      });
      counted += preview.counts.answers ?? 0;
      after = preview.next;
    }
    expect([after, counted]).to.deep.equal([null, 440]);
    expect(await sweep(store, everything)).to.deep.equal({ answers: 440 });
    expect(await store.answers.get("key 439")).to.equal(null);
    expect(await store.answers.get("key 440")).to.not.equal(null);
  });
}
