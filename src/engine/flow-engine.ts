import type { Attachment } from "../core/attachment.js";
import type { ConsentEntry } from "../core/consent.js";
import type { Conversation, ConversationState } from "../core/conversation.js";
import type { Effect } from "../core/effect.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import type { Message, MessageReport } from "../core/message.js";
import type { Operation, OperationWork } from "../core/operation.js";
import type { QuarantinedRecord } from "../core/quarantine.js";
import { type InboundMessage, threadOf } from "../core/received-message.js";
import type { Run } from "../core/run.js";
import type { TemplateList } from "../core/template.js";
import { deliveryDedupeKey, type WebhookDelivery } from "../core/webhook-delivery.js";
import { type AcceptedDraft, acceptPatch, acceptRecord, acceptRemoval, checkPush } from "./accept.js";
import { type AttachmentDesk, createAttachmentDesk, fetchAgain } from "./attachment-desk.js";
import { startByHand } from "./by-hand.js";
import { cancelRun } from "./cancel-run.js";
import { type Claiming, createClaiming } from "./claiming.js";
import { createConnectionGate } from "./connection-gate.js";
import { createBroadcasts } from "./create-broadcasts.js";
import { createConnectionCare } from "./create-connection-care.js";
import { type Crew, createCrew } from "./crew.js";
import { acceptDelivery } from "./deliver.js";
import type { PendingCall } from "./draft.js";
import { createDueHints } from "./due-hint.js";
import type {
  Accepted,
  ConsentRow,
  ConsentStatement,
  ConsentVerdict,
  Engine,
  FlowStartByHand,
  OperationOrder,
  OperationPreview,
  Push,
  Release,
  Replayed,
  ReplayPreview,
  Settlement,
} from "./engine.js";
import type { EngineParts } from "./engine-parts.js";
import { createHourCounter, type HourCounter } from "./hour-counter.js";
import { createHousekeeping, type Housekeeping } from "./housekeeping.js";
import { createKeepUp } from "./keep-up.js";
import { createKeyedQueue } from "./keyed-queue.js";
import { createListeners, type Listeners } from "./listeners.js";
import { createMessageFollower, type MessageFollower } from "./message-follower.js";
import { createNovelty } from "./novelty.js";
import { previewOperation, startOperation, stopOperation } from "./operations.js";
import { createOutages } from "./outages.js";
import { createPatience } from "./patience.js";
import { type Patience, performCall } from "./perform.js";
import type { Planning } from "./planning.js";
import { discardRecord, quarantine, releaseRecord } from "./quarantine.js";
import { acceptReceived, moveConversation } from "./receive.js";
import { importConsent, recordConsent } from "./record-consent.js";
import type { Rehearsal, Rehearsed } from "./rehearsal.js";
import { rehearse } from "./rehearse.js";
import { releaseRuns } from "./release-runs.js";
import { previewReplay, replayEvent } from "./replay.js";
import { acceptReport } from "./report.js";
import { retryRun } from "./retry-run.js";
import { settleEffect } from "./settle-effect.js";
import { takeBack } from "./taken-back.js";
import { fetchTemplates } from "./template-keeper.js";
import { createTurns } from "./turns.js";
import { createWorkload, type Workload } from "./workload.js";

/** The engine of one process. It owns no thread, file or socket: stopping it is waiting for what it has begun. */
export class FlowEngine implements Engine {
  readonly connections: Engine["connections"];
  readonly broadcasts: Engine["broadcasts"];
  readonly #parts: EngineParts;
  readonly #worker: string;
  readonly #workload: Workload;
  readonly #gate;
  readonly #turns = createTurns();
  readonly #novelty = createNovelty();
  readonly #hints = createDueHints();
  readonly #outages = createOutages();
  readonly #listeners: Listeners;
  readonly #housekeeping: Housekeeping;
  readonly #attachments: AttachmentDesk;
  readonly #follower: MessageFollower;
  readonly #counter: HourCounter;
  readonly #inOrder = createKeyedQueue();
  readonly #claiming: Claiming;
  readonly #crew: Crew;
  readonly #patience: Patience;
  #stopping = false;
  #timer: NodeJS.Timeout | null = null;
  /** Keeps leases alive, whatever else takes long. */
  #keeper: NodeJS.Timeout | null = null;
  #polling: Promise<void> = Promise.resolve();
  /** Ends the listening for work that other processes have made due. */
  #deafen: (() => void) | undefined;
  /** Pushes, changes and starts that are being taken at this moment. */
  #accepting = 0;
  /** Whether runs rested in the store when this process began; unknown until it has looked. */
  #someRest = true;

  /** @param worker Name of this process in leases. */
  constructor(parts: EngineParts, worker: string) {
    this.#parts = parts;
    this.#worker = worker;
    this.#gate = createConnectionGate({ now: parts.now, random: parts.random });
    this.#patience = createPatience(parts, () => this.#stopping);
    const keepUp = createKeepUp(parts);
    this.#crew = createCrew(parts, {
      ...{ name: worker, role: parts.role, version: parts.version },
      gate: this.#gate,
      keepUp,
      onReleased: () => this.#claiming.look(),
    });
    this.#listeners = createListeners(
      () => this.#someRest,
      () => this.#claiming.look(),
    );
    this.#workload = createWorkload(parts, { worker, onSettled: () => this.#claiming.refill() });
    this.#claiming = createClaiming(parts, {
      worker,
      workload: this.#workload,
      planning: () => this.#planning(),
      keepUp,
      carryOn: (calls) => this.#carryOn(calls),
      hasClock: () => this.#timer !== null,
      stopping: () => this.#stopping || !this.#carries(),
    });
    this.#attachments = createAttachmentDesk(() => this.#stopping);
    this.#follower = createMessageFollower({ report: (said) => this.report(said), stopping: () => this.#stopping });
    this.#counter = createHourCounter(parts, () => this.#stopping);
    this.connections = createConnectionCare(() => this.#planning());
    this.broadcasts = createBroadcasts(() => this.#planning());
    this.#housekeeping = createHousekeeping(parts, {
      ...{ care: this.connections, inOrder: this.#inOrder },
      accepting: () => this.#accepting,
      leads: () => this.#crew.leads(),
      ...{ attachments: this.#attachments, follower: this.#follower, counter: this.#counter },
      stopping: () => this.#stopping,
    });
  }

  accept(push: Push): Promise<Accepted> {
    return this.#take(() => this.#accept(push));
  }

  patch(dataType: string, key: string, patch: JsonObject): Promise<Accepted> {
    return this.#change(`${dataType}/${key}`, (queueRuns, planning) =>
      acceptPatch({ dataType, key, patch, queueRuns }, planning),
    );
  }

  remove(dataType: string, key: string): Promise<Accepted> {
    return this.#change(`${dataType}/${key}`, (queueRuns, planning) =>
      acceptRemoval({ dataType, key, queueRuns }, planning),
    );
  }

  report(report: MessageReport): Promise<void> {
    return this.#hear(report.vendorId, (full, planning) => acceptReport(report, full, planning));
  }

  receive(inbound: InboundMessage, connection: string): Promise<void> {
    const thread = `${threadOf(inbound.channel)} ${inbound.contact}`;
    return this.#hear(thread, (full, planning) => acceptReceived({ inbound, connection }, full, planning));
  }

  deliver(delivery: WebhookDelivery, connection: string): Promise<void> {
    const key = deliveryDedupeKey(connection, delivery);
    return this.#hear(key, (full, planning) => acceptDelivery({ delivery, connection }, full, planning));
  }

  async retry(runId: string, version: "pinned" | "newest"): Promise<Run> {
    const run = await retryRun(runId, version, this.#planning());
    this.#claiming.look();
    return run;
  }

  cancel(runId: string, reason: string): Promise<Run> {
    return cancelRun(runId, { reason }, this.#planning());
  }

  async settle(effectId: string, settlement: Settlement): Promise<Effect> {
    const effect = await settleEffect(effectId, settlement, this.#planning());
    this.#claiming.look();
    return effect;
  }

  previewReplay(eventId: string): Promise<ReplayPreview> {
    return previewReplay(eventId, this.#planning());
  }

  rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
    return rehearse(rehearsal, this.#planning());
  }

  replay(eventId: string): Promise<Replayed> {
    return this.#inOrder(`event ${eventId}`, async () => {
      const { replayed, draft } = await replayEvent({ eventId, queueRuns: this.#isFull() }, this.#planning());
      this.#carryOn(draft.calls);
      return replayed;
    });
  }

  startFlow(flow: string | FlowVersion, start: FlowStartByHand): ReturnType<Engine["startFlow"]> {
    return this.#take(async () => {
      const { calls, ...started } = await startByHand({ flow, ...start, queueRuns: this.#isFull() }, this.#planning());
      this.#carryOn(calls);
      return started;
    });
  }

  release(quarantineId: string, release: Release): Promise<Accepted> {
    return this.#change(quarantineId, (queueRuns, planning) =>
      releaseRecord(quarantineId, release, { planning, queueRuns }),
    );
  }

  discard(quarantineId: string): Promise<QuarantinedRecord> {
    return this.#inOrder(quarantineId, () => discardRecord(quarantineId, this.#planning()));
  }

  cancelMessage(id: string): Promise<Message> {
    return takeBack(id, this.#planning(), (said) => this.report(said));
  }

  async fetchAttachment(id: string): Promise<Attachment> {
    const attachment = await fetchAgain(id, this.#planning());
    if (this.#carries() && this.#crew.leads()) this.#attachments.look(this.#planning());
    return attachment;
  }

  moveConversation(id: string, state: ConversationState): Promise<Conversation> {
    return moveConversation(id, state, this.#planning());
  }

  recordConsent(statement: ConsentStatement): Promise<readonly ConsentEntry[]> {
    return this.#inOrder(`consent ${statement.contact}`, async () => {
      const { entries, calls } = await recordConsent(statement, this.#isFull(), this.#planning());
      this.#carryOn(calls);
      return entries;
    });
  }

  importConsent(row: ConsentRow): Promise<ConsentVerdict> {
    return this.#inOrder(`consent ${row.contact}`, () => importConsent(row, this.#planning()));
  }

  fetchTemplates(connection: string): Promise<TemplateList> {
    return this.#inOrder(`templates ${connection}`, () => fetchTemplates(connection, this.#planning()));
  }

  previewOperation(work: OperationWork): Promise<OperationPreview> {
    return previewOperation(work, this.#planning());
  }

  startOperation(order: OperationOrder): Promise<Operation> {
    return startOperation(order, this.#planning());
  }

  stopOperation(id: string): Promise<Operation> {
    return this.#inOrder(id, () => stopOperation(id, this.#planning()));
  }

  async tick(): Promise<number> {
    await this.#crew.beat();
    await this.#housekeeping.tick(this.#planning());
    const claimed = await this.#claiming.claimDue();
    await this.idle();
    return claimed;
  }

  async idle(): Promise<void> {
    do {
      await this.#attachments.idle();
      await this.#follower.idle();
      await this.#counter.idle();
      await this.#claiming.underWay();
      await this.#workload.idle();
      await this.#housekeeping.idle();
    } while (this.#claiming.underWay() !== null || this.#workload.size() > 0);
  }

  async start(): Promise<void> {
    this.#someRest = await releaseRuns(this.#parts);
    const missed = (thrown: unknown): void => this.#reportFailure(thrown, "leases could not be extended");
    this.#keeper = setInterval(() => this.#workload.extendLeases().catch(missed), this.#parts.limits.leaseMs / 4);
    // Also where nothing is claimed: who is connected can be seen by the others.
    this.#deafen = this.#parts.store.onWork?.(this.#carries() ? () => this.#claiming.look() : null);
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#deafen?.();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#claiming.stop();
    await this.#polling;
    await this.idle().catch((thrown: unknown) => this.#reportFailure(thrown, "work under way could not be ended"));
    if (this.#keeper !== null) clearInterval(this.#keeper);
    await this.#crew
      .leave()
      .catch((thrown: unknown) => this.#reportFailure(thrown, "the other processes could not be told of the end"));
  }

  #planning(): Planning {
    return {
      parts: this.#parts,
      catalog: this.#parts.catalog(),
      worker: this.#worker,
      gate: this.#gate,
      turns: this.#turns,
      listeners: this.#listeners,
      novelty: this.#novelty,
      hints: this.#hints,
      preview: false,
    };
  }

  /** Whether this process carries runs on; one that only takes requests leaves that to the workers. */
  #carries(): boolean {
    return this.#parts.role !== "api";
  }

  #isFull(): boolean {
    return !this.#carries() || this.#workload.size() >= this.#parts.limits.inlineRuns;
  }

  /** Takes what brings new work from outside, where there is room. Vendors' reports are exempt. @throws SERVER_OVERLOADED */
  async #take<T>(work: () => Promise<T>): Promise<T> {
    const pressure = this.#housekeeping.pressure();
    if (pressure !== null) {
      const { reason, retryAfterMs } = pressure;
      throw new PatchbayError("SERVER_OVERLOADED", `Nothing more is taken for now: ${reason}`, { retryAfterMs });
    }
    this.#accepting++;
    try {
      return await work();
    } finally {
      this.#accepting--;
    }
  }

  async #accept(push: Push): Promise<Accepted> {
    const planning = this.#planning();
    try {
      const checked = checkPush(push, planning);
      return await this.#inOrder(`${push.dataType}/${checked.key}`, async () =>
        this.#proceed(await acceptRecord(checked, { queueRuns: this.#isFull(), dedupeKey: push.dedupeKey }, planning)),
      );
    } catch (error) {
      const kept = error instanceof PatchbayError ? await quarantine(push, error, planning) : null;
      if (kept === null) throw error;
      return kept;
    }
  }

  /** Takes a change of one record, in turn. */
  #change(key: string, work: (full: boolean, planning: Planning) => Promise<AcceptedDraft>): Promise<Accepted> {
    return this.#take(() =>
      this.#inOrder(key, async () => this.#proceed(await work(this.#isFull(), this.#planning()))),
    );
  }

  /** Takes what a vendor says, in turn and however much there is to do. */
  #hear(key: string, work: (full: boolean, planning: Planning) => Promise<readonly PendingCall[]>): Promise<void> {
    return this.#inOrder(key, async () => this.#carryOn(await work(this.#isFull(), this.#planning())));
  }

  #proceed({ accepted, calls, queued }: AcceptedDraft): Accepted {
    if (queued) this.#claiming.noteQueued();
    this.#carryOn(calls);
    return accepted;
  }

  /** Carries runs on from call to call until each rests. */
  #carryOn(calls: readonly PendingCall[]): void {
    for (const call of calls) this.#workload.add(call.run.id, () => this.#perform(call));
  }

  async #perform(call: PendingCall): Promise<void> {
    try {
      this.#carryOn(await performCall(call, this.#planning(), this.#patience));
    } finally {
      call.release();
      const { id: effectId, connection } = call.effect;
      await this.#outages.observe({ connection, effectId }, this.#planning());
    }
  }

  async #poll(): Promise<void> {
    try {
      await this.#claiming.claimDue();
      await this.#crew.beat();
      if (await this.#housekeeping.tick(this.#planning())) this.#claiming.look();
    } catch (thrown) {
      this.#reportFailure(thrown, "due work could not be looked for; trying again");
    }
    if (!this.#stopping)
      this.#timer = setTimeout(() => {
        this.#polling = this.#poll();
      }, this.#parts.limits.pollMs);
  }

  #reportFailure(thrown: unknown, what: string): void {
    const { code, message } = toPatchbayError(thrown);
    this.#parts.log.error({ code, problem: message }, what);
  }
}
