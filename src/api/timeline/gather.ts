import type { Catalog } from "../../core/catalog.js";
import type { ConsentEntry } from "../../core/consent.js";
import { keyOf } from "../../core/data-type.js";
import type { Event } from "../../core/event.js";
import { allSteps } from "../../core/flow.js";
import { isJsonObject } from "../../core/json.js";
import type { Message } from "../../core/message.js";
import type { Page } from "../../core/paging.js";
import type { ReceivedMessage } from "../../core/received-message.js";
import type { Run } from "../../core/run.js";
import type { Store } from "../../core/store.js";
import { type Collected, MOST, openCollected, type Shelf } from "./collected.js";
import { type Facts, narrowToRecipient } from "./facts.js";

/** What a timeline is about, found already. */
export type Subject =
  | { readonly kind: "record"; readonly place: Place }
  | {
      readonly kind: "recipient";
      readonly to: string;
      readonly messages: Page<Message>;
      readonly received: Page<ReceivedMessage>;
      readonly consents: Page<ConsentEntry>;
    }
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "received"; readonly received: ReceivedMessage }
  | { readonly kind: "run"; readonly run: Run };

/** Names a record. */
export interface Place {
  readonly dataType: string;
  readonly key: string;
}

interface Walk {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly found: Collected;
  /** The newest events of a record, read once. */
  eventsOf(place: Place): Promise<Page<Event>>;
}

const paging = { limit: MOST };
/** How far back causes are followed; flows stop each other long before. */
const FURTHEST_BACK = 20;

/**
 * Reads what the store has about a subject: its runs with what they did, what that caused (saved records, started flows,
 * vendors' reports, runs of items), and what it was caused by; of what caused a record, only what webhooks brought.
 */
export async function gatherFacts(
  subject: Subject,
  { store, catalog }: { store: Store; catalog: Catalog },
): Promise<Facts> {
  const found = openCollected();
  const walk: Walk = { store, catalog, found, eventsOf: remember((place) => store.events.list(place, paging)) };
  const runs = await beginnings(subject, walk);
  await followRuns(runs, walk);
  if (subject.kind === "record") await readDeliveries(subject.place, walk);
  else for (const run of runs) await climb(run, walk);
  const facts = toFacts(found, catalog);
  return subject.kind === "recipient" ? narrowToRecipient(facts, subject.to) : facts;
}

function remember(read: (place: Place) => Promise<Page<Event>>): Walk["eventsOf"] {
  const known = new Map<string, Promise<Page<Event>>>();
  return (place) => {
    const name = JSON.stringify([place.dataType, place.key]);
    const before = known.get(name) ?? read(place);
    known.set(name, before);
    return before;
  };
}

async function beginnings(subject: Subject, walk: Walk): Promise<readonly Run[]> {
  const { store, found } = walk;
  switch (subject.kind) {
    case "record":
      return beginAtRecord(subject.place, walk);
    case "run":
      return [subject.run];
    case "message":
      found.messages.keep([subject.message]);
      return runsOf([subject.message.runId], store);
    case "received": {
      const { answers } = subject.received;
      const started = await readReplies({ items: [subject.received], next: null }, walk);
      return [...(answers === null ? [] : await runsOf([answers.runId], store)), ...started];
    }
    case "recipient": {
      found.messages.keepPage(subject.messages);
      found.consents.keepPage(subject.consents);
      const senders = subject.messages.items.map(({ runId }) => runId);
      const replies = await readReplies(subject.received, walk);
      return [...(await runsOf(senders, store)), ...replies, ...(await readEvents(eventsOf(subject.consents), walk))];
    }
  }
}

/** Keeps the events of what was received; gives the runs that they started. */
async function readReplies({ items, next }: Page<ReceivedMessage>, walk: Walk): Promise<readonly Run[]> {
  return readEvents({ items: items.map(({ eventId }) => eventId), next }, walk);
}

/** Names the events that told flows of a change of consent. */
function eventsOf({ items, next }: Page<ConsentEntry>): Page<string> {
  const ids = items.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]));
  return { items: [...new Set(ids)], next };
}

/** Keeps events; gives the runs that they started. */
async function readEvents({ items, next }: Page<string>, walk: Walk): Promise<readonly Run[]> {
  const events = await Promise.all(items.map((id) => walk.store.events.get(id)));
  const known = events.filter((event) => event !== null);
  walk.found.events.keepPage({ items: known, next });
  const started = known.filter(({ decisions }) => decisions.some(({ runId }) => runId !== null));
  return (await Promise.all(started.map(({ id }) => runsOfEvent(id, walk)))).flat();
}

async function beginAtRecord(place: Place, { store, found, eventsOf }: Walk): Promise<readonly Run[]> {
  const [events, runs, messages, notifications] = await Promise.all([
    eventsOf(place),
    store.runs.list(place, paging),
    store.messages.list(place, paging),
    store.notifications.list(place, paging),
  ]);
  found.events.keepPage(events);
  found.messages.keepPage(messages);
  found.notifications.keepPage(notifications);
  return noteMore(runs, found);
}

/** Reads the runs by which what a webhook brought became the record, and that. */
async function readDeliveries(place: Place, walk: Walk): Promise<void> {
  const { store, found } = walk;
  const { items } = await walk.eventsOf(place);
  const causes = items.flatMap(({ causedByRun }) => (causedByRun === null ? [] : [causedByRun]));
  for (const run of await runsOf(causes, store)) {
    const event = found.events.things.get(run.eventId) ?? (await store.events.get(run.eventId));
    if (event?.kind.startsWith("webhook.") && found.runs.keep([run]).length > 0) await readRun(run, walk);
  }
}

/** Only remembers that there are more: the runs themselves are kept when they are read. */
function noteMore(page: Page<Run>, { runs }: Collected): readonly Run[] {
  runs.keepPage({ items: [], next: page.next });
  return page.items;
}

async function runsOf(ids: readonly string[], store: Store): Promise<readonly Run[]> {
  const runs = await Promise.all([...new Set(ids)].map((id) => store.runs.get(id)));
  return runs.filter((run) => run !== null);
}

/** Reads runs and what they caused, wave by wave; ends because each run is kept once and there is room for so many. */
async function followRuns(beginning: readonly Run[], walk: Walk): Promise<void> {
  let wave = walk.found.runs.keep(beginning);
  while (wave.length > 0) {
    await Promise.all(wave.map((run) => readRun(run, walk)));
    const caused = await Promise.all(wave.map((run) => causedBy(run, walk)));
    wave = walk.found.runs.keep(caused.flat());
  }
}

/** Reads what a run did itself, and the event it was started by. */
async function readRun(run: Run, { store, found }: Walk): Promise<void> {
  const [event, effects, messages, notifications] = await Promise.all([
    found.events.things.get(run.eventId) ?? store.events.get(run.eventId),
    store.effects.listOfRun(run.id),
    store.messages.list({ runId: run.id }, paging),
    store.notifications.list({ runId: run.id }, paging),
  ]);
  if (event !== null) found.events.keep([event]);
  found.effects.keep(effects);
  found.messages.keepPage(messages);
  found.notifications.keepPage(notifications);
}

/** Gives the runs of a run's items, of the flows it started, and of those that its events or replies to it started. */
async function causedBy(run: Run, walk: Walk): Promise<readonly Run[]> {
  const { store, found } = walk;
  const places = [...placeOf(run), ...(await savedBy(run, walk))];
  const pages = await Promise.all(places.map(walk.eventsOf));
  const echoes = pages.flatMap(({ items }) => items).filter(({ causedByRun }) => causedByRun === run.id);
  found.events.keep(echoes);
  const [ofEvent, started, ...further] = await Promise.all([
    store.runs.list({ eventId: run.eventId }, paging),
    runsOf(startedBy(run), store),
    store.received.list({ runId: run.id }, paging).then((replies) => readReplies(replies, walk)),
    ...echoes.filter(({ decisions }) => decisions.length > 0).map(({ id }) => runsOfEvent(id, walk)),
  ]);
  const items = ofEvent.items.filter(({ parent }) => parent?.runId === run.id);
  if (items.length > 0) noteMore(ofEvent, found);
  return [...items, ...started, ...further.flat()];
}

async function runsOfEvent(eventId: string, { store, found }: Walk): Promise<readonly Run[]> {
  return noteMore(await store.runs.list({ eventId }, paging), found);
}

function placeOf({ dataType, key }: Run): readonly Place[] {
  return dataType === null || key === null ? [] : [{ dataType, key }];
}

/** The records that a run's `save` steps have written. */
async function savedBy(run: Run, { store, catalog }: Walk): Promise<readonly Place[]> {
  const version = await store.flows.version(run.flowHash);
  if (version === null) return [];
  return allSteps(version.flow.steps).flatMap((step) => {
    if (step.kind !== "save") return [];
    const output = run.steps.find(({ id }) => id === step.id)?.output ?? null;
    const dataType = catalog.dataType(step.dataType);
    const key = dataType !== null && isJsonObject(output) ? keyOf(dataType, output) : null;
    return key === null ? [] : [{ dataType: step.dataType, key }];
  });
}

/** The runs that `start` steps have begun; their result names them. */
function startedBy({ steps }: Run): readonly string[] {
  return steps.flatMap(({ output }) =>
    isJsonObject(output) && typeof output.runId === "string" && typeof output.eventId === "string"
      ? [output.runId]
      : [],
  );
}

/** Reads what a run was caused by: its parent, or the run behind its event, and so on to what came from outside. */
async function climb(run: Run, walk: Walk): Promise<void> {
  const { store, found } = walk;
  let current: Run | null = run;
  for (let step = 0; step < FURTHEST_BACK && current !== null; step++) {
    const causeId: string | null =
      current.parent?.runId ?? found.events.things.get(current.eventId)?.causedByRun ?? null;
    if (causeId === null || found.runs.things.has(causeId)) return;
    current = await store.runs.get(causeId);
    if (current === null) return;
    if (found.runs.keep([current]).length > 0) await readRun(current, walk);
  }
}

function toFacts(found: Collected, catalog: Catalog): Facts {
  const { events, runs, effects, messages, consents, notifications } = found;
  return {
    events: [...events.things.values()],
    runs: [...runs.things.values()],
    effects: [...effects.things.values()],
    messages: [...messages.things.values()],
    consents: [...consents.things.values()],
    notifications: [...notifications.things.values()],
    flowTitles: new Map(catalog.flows().map(({ version: { flow } }) => [flow.name, flow.title])),
    truncated: Object.values(found).some((shelf: Shelf<unknown>) => shelf.isCut()),
  };
}
