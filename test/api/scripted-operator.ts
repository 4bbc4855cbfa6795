import type { Installer } from "../../src/collections/installer.js";
import type { Broadcast } from "../../src/core/broadcast.js";
import { PatchbayError } from "../../src/core/errors.js";
import { isFinished, type Run } from "../../src/core/run.js";
import type { Accepted, Operator, Push, ReplayPreview } from "../../src/engine/engine.js";
import { type Memory, replace } from "./memory.js";

interface Surroundings {
  readonly installer: Installer;
  accept(push: Push): Promise<Accepted>;
}

const decisions = [
  { flow: "twilio/send-sms-with-twilio", verdict: "fired", reason: "the record is new", runId: "run_7" },
] as const;

/** An operator's side of the engine that does as it is told, and refuses what the real one refuses. */
export function scriptedOperator(memory: Memory, { accept, installer }: Surroundings) {
  const asked: unknown[] = [];
  const requireRun = (id: string): Run => {
    memory.check();
    const found = memory.runs.find((run) => run.id === id);
    if (found === undefined) throw new PatchbayError("RUN_UNKNOWN", `There is no run ${id}`);
    return found;
  };
  const requireHeld = (id: string) => {
    const found = memory.quarantine.find((record) => record.id === id);
    if (found === undefined) throw new PatchbayError("QUARANTINE_UNKNOWN", `There is no record ${id} in quarantine`);
    if (found.state !== "held") throw new PatchbayError("QUARANTINE_LEFT", `${id} was ${found.state}`);
    return found;
  };
  const requireEvent = (id: string): void => {
    if (memory.events.some((event) => event.id === id)) return;
    throw new PatchbayError("EVENT_UNKNOWN", `There is no event ${id}`);
  };
  const operator: Operator = {
    async retry(id, version) {
      const { status } = requireRun(id);
      if (status === "succeeded") throw new PatchbayError("RUN_SUCCEEDED", `${id} has succeeded`);
      if (status !== "failed" && status !== "cancelled") {
        throw new PatchbayError("RUN_NOT_FINISHED", `${id} is ${status}`);
      }
      asked.push({ retry: id, version });
      return replace(memory.runs, (run) => run.id === id, { status: "queued", failure: null, finishedAt: null });
    },
    async cancel(id, reason) {
      if (isFinished(requireRun(id).status)) throw new PatchbayError("RUN_FINISHED", `${id} has ended`);
      return replace(memory.runs, (run) => run.id === id, { status: "cancelled", wait: null, stopReason: reason });
    },
    async settle(id, settlement) {
      const found = memory.effects.find((effect) => effect.id === id);
      if (found === undefined) throw new PatchbayError("EFFECT_UNKNOWN", `There is no effect ${id}`);
      if (found.state !== "unknown") throw new PatchbayError("EFFECT_SETTLED", `${id} is ${found.state}`);
      const state = { sent: "done", "not-sent": "refused", "send-again": "started" } as const;
      return replace(memory.effects, (effect) => effect.id === id, { state: state[settlement] });
    },
    rehearse: async () => ({
      ...{ decision: { verdict: "fired", reason: "created" }, steps: [], scope: { input: {}, bindings: {} } },
      end: { status: "succeeded", reason: null },
    }),
    async cancelMessage(id) {
      const found = memory.messages.find((one) => one.id === id);
      if (found === undefined) throw new PatchbayError("MESSAGE_UNKNOWN", `There is no message ${id}`);
      if (found.status !== "scheduled") throw new PatchbayError("MESSAGE_NOT_SCHEDULED", `It is ${found.status}`);
      return replace(memory.messages, (one) => one.id === id, { status: "canceled" });
    },
    async fetchAttachment(id) {
      if (!memory.attachments.some((one) => one.id === id)) {
        throw new PatchbayError("ATTACHMENT_UNKNOWN", `There is no attachment ${id}`);
      }
      return replace(memory.attachments, (one) => one.id === id, { state: "expected" });
    },
    async moveConversation(id, state) {
      if (!memory.conversations.some((one) => one.id === id)) {
        throw new PatchbayError("CONVERSATION_UNKNOWN", `There is no conversation ${id}`);
      }
      return replace(memory.conversations, (one) => one.id === id, { state });
    },
    async fetchTemplates(connection) {
      if (installer.catalog().connection(connection) === null) {
        throw new PatchbayError("CONNECTION_UNKNOWN", `There is no connection ${connection}`);
      }
      asked.push({ fetchTemplates: connection });
      const at = new Date("2026-11-21T11:00:00Z");
      const list = { connection, wantedAt: at, fetchedAt: at, triedAt: at, failure: null };
      memory.templateLists.push(list);
      return list;
    },
    async previewReplay(eventId) {
      requireEvent(eventId);
      return previewOf(eventId);
    },
    async replay(eventId) {
      requireEvent(eventId);
      asked.push({ replay: eventId });
      return { eventId, decisions };
    },
    async startFlow(flow, start) {
      asked.push({ startFlow: flow, ...start });
      return { runId: "run_8", eventId: "evt_8" };
    },
    async release(id, { document, force }) {
      const held = requireHeld(id);
      asked.push({ release: id, force });
      const problems = installer
        .catalog()
        .dataType(held.dataType)!
        .validate(document ?? held.document);
      if (problems.length > 0) throw new PatchbayError("RECORD_INVALID", "It still does not fit", { problems });
      const done = await accept({ dataType: held.dataType, document: document ?? held.document });
      replace(memory.quarantine, (record) => record.id === id, { state: "released", eventId: done.eventId });
      return done;
    },
    async discard(id) {
      requireHeld(id);
      return replace(memory.quarantine, (record) => record.id === id, { state: "discarded" });
    },
    async recordConsent(statement) {
      asked.push({ recordConsent: statement });
      return [];
    },
    async importConsent(row) {
      asked.push({ importConsent: row.contact });
      return "recorded";
    },
    async previewOperation(work) {
      asked.push({ previewOperation: work });
      const calls = { "would-send": 2, suppressed: 0, "already-sent": 5, "under-way": 0, unknown: 1 };
      return { examined: 9, more: false, runs: 7, calls };
    },
    async startOperation({ work, perSecond }) {
      const at = new Date("2026-11-21T11:00:00Z");
      const started = { id: `opn_${memory.operations.length + 1}`, work, perSecond, state: "running" } as const;
      const operation = { ...started, cursor: null, examined: 0, started: 0 };
      memory.operations.push({ ...operation, createdAt: at, updatedAt: at, finishedAt: null });
      return memory.operations.at(-1)!;
    },
    async stopOperation(id) {
      if (!memory.operations.some((operation) => operation.id === id)) {
        throw new PatchbayError("OPERATION_UNKNOWN", `There is no operation ${id}`);
      }
      return replace(memory.operations, (operation) => operation.id === id, { state: "stopped" });
    },
    broadcasts: scriptedBroadcasts(memory),
  };
  return { operator, asked };
}

function scriptedBroadcasts(memory: Memory): Operator["broadcasts"] {
  const move = async (id: string, state: Broadcast["state"]): Promise<Broadcast> => {
    if (!memory.broadcasts.some((one) => one.id === id)) {
      throw new PatchbayError("BROADCAST_UNKNOWN", `There is no broadcast ${id}`);
    }
    return replace(memory.broadcasts, (one) => one.id === id, { state });
  };
  return {
    create: async (order) => {
      const at = new Date(0);
      const fresh = { id: "bct_1", flowHash: null, state: "draft", revision: 1, cursor: null, walked: false } as const;
      const times = { createdAt: at, startedAt: null, updatedAt: at, finishedAt: null, estimate: null };
      const broadcast: Broadcast = { ...order, ...fresh, examined: 0, started: 0, excluded: {}, ...times };
      memory.broadcasts.push(broadcast);
      return broadcast;
    },
    preview: async (id) => {
      await move(id, "draft");
      return {
        ...{ records: 2, moreRecords: false, examined: 2, more: false, recipients: 1, excluded: { duplicate: 1 } },
        ...{ segments: 1, prices: [], quiet: { recipients: 0, until: null }, confirm: "seen" },
        estimate: { recipients: 1, segments: 1, prices: [], seconds: 1 },
        texts: [{ key: "1", recipient: "+15005550010", body: "Hi", segments: 1 }],
        exclusions: [{ key: "2", recipient: "+15005550010", exclusion: "duplicate", reason: "another record has it" }],
      };
    },
    start: async (id, confirm) => {
      if (confirm !== "seen") throw new PatchbayError("BROADCAST_CHANGED", "It was not this that was confirmed");
      return move(id, "running");
    },
    pause: (id) => move(id, "paused"),
    resume: (id) => move(id, "running"),
    stop: (id) => move(id, "stopped"),
  };
}

function previewOf(eventId: string): ReplayPreview {
  const call = { flow: "twilio/send-sms-with-twilio", stepId: "send", endpoint: "twilio/send-message" };
  const text = { ...call, recipient: "+15005550010", body: "Hello" };
  return {
    ...{ eventId, decisions },
    calls: [
      { ...text, verdict: "already-sent", effectId: "eff_1" },
      { ...text, verdict: "would-send", effectId: null },
    ],
    failures: [{ flow: "twilio/order-confirmation", code: "PHONE_INVALID", message: "12 is no number" }],
  };
}
