import { pino } from "pino";
import type { InstalledFlow } from "../../src/core/catalog.js";
import type { Effect } from "../../src/core/effect.js";
import { PatchbayError } from "../../src/core/errors.js";
import { createNewId } from "../../src/core/id.js";
import type { MessageStatus } from "../../src/core/message.js";
import { isFinished, type Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";
import type { EngineParts } from "../../src/engine/engine-parts.js";
import { FlowEngine } from "../../src/engine/flow-engine.js";
import type { Translation } from "../../src/translation/translation.js";
import { misfired } from "./misfired.js";
import { misheard } from "./misheard.js";
import { ModelVendor, type VendorOutcome } from "./model-vendor.js";
import { catalogOf, inboundOf, openTestStore, partsOf, reportOf } from "./parts.js";
import { Process, quiet } from "./process.js";
import { Traffic } from "./traffic.js";

/** One thing that happens in a world; what it is about is taken from what is there, so it always means something. */
export type Action =
  | {
      readonly kind: "push";
      readonly engine: number;
      readonly order: number;
      readonly phone: number;
      readonly lines: number;
    }
  | { readonly kind: "tick"; readonly engine: number }
  /** Both processes carry on at the same time. */
  | { readonly kind: "tick together" }
  /** Each process is given an order at the same time; it may be the same one. */
  | {
      readonly kind: "push together";
      readonly orders: readonly [number, number];
      readonly phone: number;
      readonly lines: number;
    }
  /** After so many steps the process dies; its vendor's answers are lost, or come in when it wakes. */
  | { readonly kind: "crash"; readonly engine: number; readonly steps: number | "call"; readonly answersLater: boolean }
  | { readonly kind: "wake" }
  | {
      readonly kind: "report";
      readonly engine: number;
      readonly message: number;
      readonly status: MessageStatus;
      readonly named: boolean;
      readonly twice: boolean;
    }
  /** A customer writes; the same text may be handed over again, also to the other process. */
  | {
      readonly kind: "receive";
      readonly engine: number;
      readonly phone: number;
      readonly text: number;
      readonly twice: boolean;
    }
  | { readonly kind: "close"; readonly engine: number; readonly which: number }
  | { readonly kind: "retry" | "cancel" | "replay" | "settle"; readonly engine: number; readonly which: number }
  | { readonly kind: "advance"; readonly ms: number };

/** A history to live through. */
export interface Plot {
  readonly actions: readonly Action[];
  readonly outcomes: readonly VendorOutcome[];
  readonly deafness: readonly boolean[];
  /** The pace of the connection; null for none. */
  readonly maxPerSecond: number | null;
}

/** How a world is made. */
export interface Making {
  readonly flows: readonly InstalledFlow[];
  /** Whether the processes know that they share the store. */
  readonly shared: boolean;
  readonly maxPerSecond: number | null;
}

/** What an operator may be told when somebody was faster. */
const answers: readonly string[] = [
  "RUN_FINISHED",
  "RUN_NOT_FINISHED",
  "RUN_SUCCEEDED",
  "EFFECT_SETTLED",
  "RUN_LEASE_LOST",
  "CONVERSATION_CONFLICT",
];

const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Calls that a pace is given the time for in each of those hours. */
const CALLS_AN_HOUR = 8;

/** After this many hours with a vendor that does what it should, everything has ended. */
const MAX_HOURS = 60;

interface Inhabitant {
  readonly process: Process;
  readonly engine: FlowEngine;
}

/** Two processes on one store, a vendor that knows the truth, an operator who tells it, and a clock. */
export class World {
  readonly clock = { now: Date.UTC(2026, 0, 1) };
  readonly vendor = new ModelVendor(() => this.clock.now);
  readonly #store: Store;
  readonly #parts: EngineParts;
  readonly #making: Making;
  readonly #traffic: Traffic;
  readonly #bustle = { underWay: 0 };
  readonly #alive: Inhabitant[] = [];
  readonly #paused: Process[] = [];
  /** Runs that a person has cancelled and nobody has taken up since. */
  readonly #cancelled = new Set<string>();
  /** Texts of customers that the vendor was told are kept. */
  readonly #taken = new Set<string>();
  /** What must never happen, and has. */
  readonly #violations: string[] = [];
  #pushes = 0;

  private constructor(store: Store, translation: Translation, making: Making) {
    this.#store = store;
    this.#making = making;
    this.#traffic = new Traffic(() => this.clock.now);
    const catalog = catalogOf(
      making.flows,
      this.vendor.reachedFrom(new Process(this.#bustle), { before: async () => {}, after: () => {} }),
      making.maxPerSecond,
    );
    const parts = partsOf({ store, translation, clock: this.clock, catalog: () => catalog }, { leaseMs: LEASE_MS });
    const log = pino({ level: "error", base: null }, { write: (line) => this.#noteLine(line) });
    let seed = 0;
    const newId = createNewId(parts.now, (size) => new Uint8Array(size).fill(seed++ % 32));
    this.#parts = { ...parts, log, newId };
    for (const name of ["ann", "bob"]) this.#alive.push(this.#bear(name));
  }

  static async open(translation: Translation, making: Making): Promise<World> {
    const store = { ...(await openTestStore()), exclusive: !making.shared };
    await store.commit(making.flows.map(({ version }) => ({ kind: "flow-version-kept", version })));
    return new World(store, translation, making);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  /** Lives through a plot until nothing is left to do. @returns What should never have happened. */
  async live({ actions, outcomes, deafness }: Omit<Plot, "maxPerSecond">): Promise<readonly string[]> {
    this.vendor.outcomes.push(...outcomes);
    this.vendor.deafness.push(...deafness);
    for (const action of actions) {
      await this.#act(action);
      this.#buryTheDead();
    }
    await this.#settleEverything();
    return [...this.#violations, ...(await this.#judge())];
  }

  /** Lives through one action, and brings a new process for each that died in it. */
  async #act(action: Action): Promise<void> {
    const doing = this.#begin(action).catch((thrown: unknown) => this.#noteFailure(action, thrown));
    await Promise.race([doing, quiet(this.#bustle)]);
    await quiet(this.#bustle);
  }

  async #begin(action: Action): Promise<void> {
    switch (action.kind) {
      case "push":
        return this.#push(action);
      case "tick":
        await this.#engine(action).tick();
        return;
      case "tick together":
        await Promise.all([0, 1].map((engine) => this.#engine({ engine }).tick()));
        return;
      case "push together": {
        const { phone, lines } = action;
        const pushes = action.orders.map((order, engine) => this.#push({ kind: "push", engine, order, phone, lines }));
        await Promise.all(pushes);
        return;
      }
      case "crash":
        this.#inhabitant(action).process.dieAfter(action.steps, action.answersLater);
        return;
      case "wake":
        for (const process of this.#paused.splice(0)) process.wake();
        return;
      case "report":
        return this.#report(action);
      case "receive":
        return this.#receive(action);
      case "close":
        return this.#close(action);
      case "retry":
        return this.#retry(action);
      case "cancel":
        return this.#cancel(action);
      case "replay":
        return this.#replay(action);
      case "settle":
        return this.#settle(action);
      case "advance":
        this.clock.now += action.ms;
    }
  }

  async #push(action: Extract<Action, { kind: "push" }>): Promise<void> {
    const document = {
      id: String(action.order),
      phone: `+1500555001${action.phone}`,
      version: this.#pushes++,
      lines: Array.from({ length: action.lines }, (_none, index) => index),
    };
    await this.#engine(action).accept({ dataType: "shop/Order", document });
  }

  async #report({ message, status, named, twice, ...by }: Extract<Action, { kind: "report" }>): Promise<void> {
    const sent = pick(this.vendor.sent, message);
    if (sent === undefined) return;
    const more = { vendorId: sent.sid, dedupeKey: `${sent.sid}:${status}` };
    const report = reportOf(sent.effectId, status, named ? more : { ...more, effectId: null });
    const engine = this.#engine(by);
    await Promise.all([engine.report(report), twice ? engine.report(report) : null]);
  }

  async #receive({ phone, text, twice, ...by }: Extract<Action, { kind: "receive" }>): Promise<void> {
    const vendorId = `in${phone}.${text}`;
    const body = text % 2 === 0 ? "YES" : "NO";
    const inbound = inboundOf(vendorId, body, { contact: `+1500555001${phone}` });
    const receive = (engine: number) => this.#engine({ engine }).receive(inbound, "test/post");
    await Promise.all([receive(by.engine), twice ? receive(by.engine + 1) : null]);
    this.#taken.add(vendorId);
  }

  async #close({ which, ...by }: Extract<Action, { kind: "close" }>): Promise<void> {
    const { items } = await this.#store.conversations.list({ state: "open" }, { limit: 200 });
    const conversation = pick(items, which);
    if (conversation !== undefined) await this.#engine(by).moveConversation(conversation.id, "closed");
  }

  async #retry({ which, ...by }: Extract<Action, { which: number }>): Promise<void> {
    const ended = (await this.#runs()).filter(({ status }) => status === "failed" || status === "cancelled");
    const run = pick(ended, which);
    if (run === undefined) return;
    this.#cancelled.delete(run.id);
    await this.#engine(by).retry(run.id, "pinned");
  }

  async #cancel({ which, ...by }: Extract<Action, { which: number }>): Promise<void> {
    const run = pick(
      (await this.#runs()).filter(({ status }) => !isFinished(status)),
      which,
    );
    if (run === undefined) return;
    await this.#engine(by).cancel(run.id, "the customer called");
    this.#cancelled.add(run.id);
  }

  async #replay({ which, ...by }: Extract<Action, { which: number }>): Promise<void> {
    const { items } = await this.#store.events.list({ dataType: "shop/Order" }, { limit: 200 });
    const event = pick(
      items.filter(({ kind }) => kind.startsWith("record.")),
      which,
    );
    if (event !== undefined) await this.#engine(by).replay(event.id);
  }

  async #settle({ which, ...by }: Extract<Action, { which: number }>): Promise<void> {
    const { items } = await this.#store.effects.list({ state: "unknown" }, { limit: 200 });
    const effect = pick(items, which);
    if (effect !== undefined) await this.#engine(by).settle(effect.id, this.#isSent(effect) ? "sent" : "not-sent");
  }

  /** From now on the vendor does what it should; so everything has an end. */
  async #settleEverything(): Promise<void> {
    for (let hour = 0; hour < MAX_HOURS; hour++) {
      const started = (await this.#store.effects.list({ state: "started" }, { limit: 1 })).items.length;
      if (hour > 0 && started === 0 && (await this.#runs()).every(({ status }) => isFinished(status))) return;
      this.clock.now += HOUR_MS;
      await this.#act({ kind: "tick", engine: hour });
      this.#buryTheDead();
      await this.#keepPace(hour);
    }
  }

  /** A place in a shared pace is kept for a minute only: who rests for one is taken up when it comes. */
  async #keepPace(hour: number): Promise<void> {
    const { shared, maxPerSecond } = this.#making;
    if (!shared || maxPerSecond === null) return;
    for (let call = 0; call < CALLS_AN_HOUR; call++) {
      this.clock.now += Math.ceil(1_000 / maxPerSecond);
      await this.#act({ kind: "tick", engine: hour });
      this.#buryTheDead();
    }
  }

  async #judge(): Promise<string[]> {
    const runs = await this.#runs();
    const { items: effects } = await this.#store.effects.list({}, { limit: 200 });
    const statuses = new Map(runs.map(({ id, status }) => [id, status]));
    const open = new Set<string | null>();
    for (const { runId, code, state } of (await this.#store.notifications.list({}, { limit: 200 })).items) {
      if (state !== "resolved" && code === "ENDPOINT_OUTCOME_UNKNOWN") open.add(runId);
    }
    return [
      ...repeated(this.vendor.sent.map(({ effectId }) => effectId)).map((id) => `sent twice for one effect: ${id}`),
      ...repeated(this.vendor.sent.map(({ content }) => content)).map((content) => `sent twice: ${content}`),
      ...(await this.#store.runs.stranded(10)).map(({ id }) => `in no state: ${id}`),
      ...runs
        .filter(({ status }) => !isFinished(status))
        .map((run) => `never ends: ${run.id} ${JSON.stringify(run.wait)}`),
      ...(this.#making.shared ? this.#traffic.violations(this.#making.maxPerSecond) : []),
      ...(this.#making.shared ? await misfired(this.#store) : []),
      ...(await misheard(this.#store, { taken: this.#taken, runs })),
      ...effects.flatMap((effect) =>
        this.#misjudged(effect, open).map((text) => `${text} (${statuses.get(effect.runId)})`),
      ),
    ];
  }

  /** What the ledger says of a call must be so, and who is to know must have been told. */
  #misjudged(effect: Effect, told: ReadonlySet<string | null>): string[] {
    const { key, state, runId } = effect;
    if (state === "unknown") return told.has(runId) ? [] : [`nobody is told that it is unknown: ${key}`];
    return (state === "done") === this.#isSent(effect) ? [] : [`${state} in the ledger, which is not so: ${key}`];
  }

  #isSent({ id }: Effect): boolean {
    return this.vendor.sent.some(({ effectId }) => effectId === id);
  }

  async #runs(): Promise<readonly Run[]> {
    return (await this.#store.runs.list({}, { limit: 200 })).items;
  }

  #inhabitant({ engine = 0 }: { readonly engine?: number }): Inhabitant {
    const found = this.#alive[engine % this.#alive.length];
    if (found === undefined) throw new Error("nobody is alive");
    return found;
  }

  #engine(by: { readonly engine?: number }): FlowEngine {
    return this.#inhabitant(by).engine;
  }

  #bear(name: string): Inhabitant {
    const process = new Process(this.#bustle);
    const reached = this.vendor.reachedFrom(process, {
      before: (effectId, recipient) => this.#beforeSend(effectId, { process, recipient }),
      after: (effectId) => this.#traffic.end(effectId),
    });
    const catalog = catalogOf(this.#making.flows, reached, this.#making.maxPerSecond);
    return { process, engine: new FlowEngine({ ...process.reach(this.#parts), catalog: () => catalog }, name) };
  }

  #buryTheDead(): void {
    this.#alive.forEach(({ process }, index) => {
      if (!process.isDead) return;
      this.#paused.push(process);
      this.#traffic.forget(process);
      this.#alive[index] = this.#bear(`successor ${this.#paused.length}`);
    });
  }

  async #beforeSend(effectId: string, caller: { process: Process; recipient: string }): Promise<void> {
    this.#traffic.begin(effectId, caller);
    this.#bustle.underWay++;
    const effect = await this.#store.effects.get(effectId);
    this.#bustle.underWay--;
    if (effect === null) this.#violations.push(`sent what is not in the ledger: ${effectId}`);
    else if (this.#cancelled.has(effect.runId)) this.#violations.push(`sent though cancelled: ${effect.key}`);
  }

  #noteFailure({ kind }: Action, thrown: unknown): void {
    if (thrown instanceof PatchbayError && answers.includes(thrown.code)) return;
    this.#violations.push(`${kind} failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  }

  #noteLine(line: string): void {
    if (line.includes("INTERNAL_ERROR") || line.includes("neither finished nor due"))
      this.#violations.push(line.trim());
  }
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index % items.length];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
