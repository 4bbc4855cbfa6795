import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { MessageReport } from "../core/message.js";
import type { ClaimedRun } from "../core/store.js";
import { type AcceptedDraft, acceptPatch, acceptRecord, acceptRemoval, checkPush } from "./accept.js";
import type { PendingCall } from "./draft.js";
import type { Accepted, Engine, Push } from "./engine.js";
import type { EngineParts } from "./engine-parts.js";
import { createKeyedQueue } from "./keyed-queue.js";
import { performCall } from "./perform.js";
import type { Planning } from "./planning.js";
import { acceptReport } from "./report.js";
import { resumeRun } from "./resume.js";
import { createWorkload, type Workload } from "./workload.js";

/** Runs claimed in one statement at most. */
const CLAIM_LIMIT = 50;

/** How long a commit is offered again while the store is away, between two tries, in milliseconds. */
const STORE_PAUSE_MS = 1_000;

/** The engine of one process. It owns no thread, file or socket: stopping it is waiting for what it has begun. */
export class FlowEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #worker: string;
  readonly #workload: Workload;
  readonly #inOrder = createKeyedQueue();
  #stopping = false;
  #timer: NodeJS.Timeout | null = null;
  #claiming: Promise<number> | null = null;
  /** Whether due runs may be waiting only because there was no room for them. */
  #backlogged = false;

  /** @param worker Name of this process in leases. */
  constructor(parts: EngineParts, worker: string) {
    this.#parts = parts;
    this.#worker = worker;
    this.#workload = createWorkload(parts, { worker, onSettled: () => this.#refill() });
  }

  async accept(push: Push): Promise<Accepted> {
    const planning = this.#planning();
    const checked = checkPush(push, planning);
    return this.#inOrder(`${push.dataType}/${checked.key}`, async () =>
      this.#proceed(await acceptRecord(checked, this.#isFull(), planning)),
    );
  }

  patch(dataType: string, key: string, patch: JsonObject): Promise<Accepted> {
    return this.#inOrder(`${dataType}/${key}`, async () =>
      this.#proceed(await acceptPatch({ dataType, key, patch, queueRuns: this.#isFull() }, this.#planning())),
    );
  }

  remove(dataType: string, key: string): Promise<Accepted> {
    return this.#inOrder(`${dataType}/${key}`, async () =>
      this.#proceed(await acceptRemoval({ dataType, key, queueRuns: this.#isFull() }, this.#planning())),
    );
  }

  report(report: MessageReport): Promise<void> {
    return this.#inOrder(report.vendorId, async () =>
      this.#carryOn(await acceptReport(report, this.#isFull(), this.#planning())),
    );
  }

  async tick(): Promise<number> {
    const claimed = await this.#claimDue();
    await this.idle();
    return claimed;
  }

  async idle(): Promise<void> {
    do {
      await this.#claiming;
      await this.#workload.idle();
    } while (this.#claiming !== null || this.#workload.size() > 0);
  }

  async start(): Promise<void> {
    const { store, log, now } = this.#parts;
    if (store.exclusive) {
      const released = await store.runs.releaseAll(new Date(now()));
      if (released > 0) log.warn({ runs: released }, "runs of a process that ended are taken up again");
    }
    void this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.idle();
  }

  #planning(): Planning {
    return { parts: this.#parts, catalog: this.#parts.catalog(), worker: this.#worker };
  }

  #isFull(): boolean {
    return this.#workload.size() >= this.#parts.limits.inlineRuns;
  }

  #proceed({ accepted, calls, queued }: AcceptedDraft): Accepted {
    this.#backlogged ||= queued;
    this.#carryOn(calls);
    return accepted;
  }

  /** Carries runs on from call to call until each rests. */
  #carryOn(calls: readonly PendingCall[]): void {
    for (const call of calls) this.#workload.add(call.run.id, () => this.#perform(call));
  }

  async #perform(call: PendingCall): Promise<void> {
    this.#carryOn(await performCall(call, this.#planning(), (work) => this.#patiently(work)));
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.#stopping || !(error instanceof PatchbayError && error.code === "STORE_UNAVAILABLE")) throw error;
        this.#parts.log.error({ problem: error.message }, "the outcome of a call cannot be stored yet; trying again");
        await new Promise((resolve) => setTimeout(resolve, STORE_PAUSE_MS));
      }
    }
  }

  #claimDue(): Promise<number> {
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = null;
    });
    return this.#claiming;
  }

  /** Claims while there is room and something is due. */
  async #claimAll(): Promise<number> {
    const { store, limits, now } = this.#parts;
    let claimed = 0;
    while (!this.#stopping) {
      const limit = Math.min(CLAIM_LIMIT, Math.max(1, limits.inlineRuns) - this.#workload.size());
      this.#backlogged = true;
      if (limit <= 0) break;
      const runs = await store.runs.claim(this.#worker, { limit, leaseMs: limits.leaseMs, now: new Date(now()) });
      for (const run of runs) this.#workload.add(run.run.id, () => this.#resume(run));
      claimed += runs.length;
      this.#backlogged = runs.length === limit;
      if (!this.#backlogged) break;
    }
    return claimed;
  }

  async #resume(claimed: ClaimedRun): Promise<void> {
    this.#carryOn(await resumeRun(claimed, this.#planning()));
  }

  /** Takes up waiting runs as soon as there is room again, without waiting for the clock. */
  #refill(): void {
    if (!this.#backlogged || this.#stopping || this.#claiming !== null) return;
    if (this.#workload.size() * 2 > this.#parts.limits.inlineRuns) return;
    this.#claimDue().catch((thrown: unknown) => this.#reportClaimFailure(thrown));
  }

  async #poll(): Promise<void> {
    try {
      await this.#claimDue();
      await this.#workload.extendLeases();
    } catch (thrown) {
      this.#reportClaimFailure(thrown);
    }
    if (!this.#stopping) this.#timer = setTimeout(() => void this.#poll(), this.#parts.limits.pollMs);
  }

  #reportClaimFailure(thrown: unknown): void {
    const { code, message } = toPatchbayError(thrown);
    this.#parts.log.error({ code, problem: message }, "due runs could not be looked for; trying again");
  }
}
