import { type MessageStatus, statusRank, toMessageStatus } from "../src/core/message.js";
import { isFinished } from "../src/core/run.js";
import type { Ledgers, OurMessage, OurNotification, OurRun, VendorMessage } from "./ledgers.js";
import { type OrderCase, toCases } from "./order-case.js";

/** What can be wrong; each word is explained where it is judged. */
export const wrongs = ["lost", "duplicated", "silent", "stuck", "mismatched", "stray", "unanswered"] as const;
export type Wrong = (typeof wrongs)[number];

/** One thing that is wrong, with everything that is said about its order. */
export interface Finding {
  readonly wrong: Wrong | "unknown";
  /** Why, in a few words. */
  readonly why: string;
  /** Null for a message or a run that no order explains. */
  readonly about: OrderCase | null;
}

/** What the comparison of the ledgers comes to. */
export interface Verdict {
  /** Orders that a store was told are taken. */
  readonly accepted: number;
  /** Messages the vendor has. */
  readonly messages: number;
  /** Accepted orders without a message whose failed run says why to an operator, by error code. */
  readonly explained: ReadonlyMap<string, number>;
  readonly counts: Readonly<Record<Finding["wrong"], number>>;
  readonly findings: readonly Finding[];
  /** Whether nothing is wrong; an unknown outcome that an operator was told about is not. */
  readonly good: boolean;
}

type Rule = (about: OrderCase, ledgers: Ledgers) => readonly string[];

const rules: Readonly<Record<Wrong | "unknown", Rule>> = {
  unanswered: ({ order }) => (order.accepted ? [] : ["no store was ever told that it is taken"]),
  lost: (about) => (about.order.accepted && about.vendor.length === 0 && !isExplained(about) ? [whyLost(about)] : []),
  duplicated: ({ vendor }) => (vendor.length > 1 ? [`the vendor has ${vendor.length} messages about it`] : []),
  unknown: ({ effects }) =>
    effects.filter(({ state }) => state === "unknown").map(({ id }) => `nobody knows what became of ${id}`),
  silent: findSilence,
  stuck: findStuck,
  mismatched: findMismatches,
  stray: () => [],
};

/**
 * Compares what stores were told with what the vendor has and with what Patchbay says. Pure: the same ledgers give the
 * same verdict.
 */
export function judge(ledgers: Ledgers): Verdict {
  const { cases, rest } = toCases(ledgers);
  const findings: Finding[] = [];
  for (const about of cases) {
    for (const [wrong, rule] of Object.entries(rules) as [Finding["wrong"], Rule][]) {
      for (const why of rule(about, ledgers)) findings.push({ wrong, why, about });
    }
  }
  for (const { sid, body } of rest.vendor)
    findings.push({ wrong: "stray", why: `nobody ordered ${sid}: ${body}`, about: null });
  for (const run of rest.runs) for (const why of whyStuck(run)) findings.push({ wrong: "stuck", why, about: null });
  const counts = countBy(findings);
  return {
    accepted: ledgers.told.filter(({ accepted }) => accepted).length,
    messages: ledgers.vendor.length,
    explained: countExplained(cases),
    counts,
    findings,
    good: wrongs.every((wrong) => counts[wrong] === 0),
  };
}

/** A message that is not there is not lost when a failed run tells an operator why, or when its recipient has opted out. */
function isExplained({ runs, messages, notifications }: OrderCase): boolean {
  const isTold = runs.some(
    ({ id, status }) => status === "failed" && notifications.some((notice) => tellsWhy(notice, id)),
  );
  return isTold || messages.some(({ runId, status }) => status === "suppressed" && isToldOf(runId, notifications));
}

/** A suppressed message is no warning, but it is said. */
function isToldOf(id: string, notifications: readonly OurNotification[]): boolean {
  return notifications.some(
    ({ runId, code, cause }) => runId === id && code === suppressedCode && (cause ?? "") !== "",
  );
}

const suppressedCode = "RECIPIENT_OPTED_OUT";

function tellsWhy({ runId, level, cause }: OurNotification, id: string): boolean {
  return runId === id && (level === "error" || level === "warning") && cause !== null && cause !== "";
}

function whyLost({ runs }: OrderCase): string {
  const [run] = runs;
  if (run === undefined) return "it was taken, and no run was started";
  if (run.status === "failed") return "its run failed, and no notification says why";
  return `its run is ${run.status}, and the vendor has no message`;
}

/** Everything that needs a person must be seen by one: an open notification that says what is the matter. */
function findSilence({ runs, effects, messages, notifications }: OrderCase): readonly string[] {
  const needy = new Map<string, string>();
  for (const { id, status } of runs) if (status === "failed") needy.set(id, `${id} has failed`);
  for (const { id, runId, status } of messages)
    if (status === "failed" || status === "undelivered") needy.set(runId, `${id} is ${status}`);
  for (const { id, runId, state } of effects) if (state === "unknown") needy.set(runId, `${id} is unknown`);
  const open = notifications.filter(({ state }) => state !== "resolved");
  return [...needy]
    .filter(([runId]) => !open.some((notice) => tellsWhy(notice, runId)))
    .map(([, what]) => `${what}, and no open notification says so`);
}

/** At rest nothing may be left to do: neither a run, nor a call of a run that has ended. */
function findStuck({ runs, effects }: OrderCase): readonly string[] {
  const ended = new Set(runs.filter(({ status }) => isFinished(status)).map(({ id }) => id));
  const open = effects.filter(({ state, runId }) => (state === "started" || state === "intended") && ended.has(runId));
  return [...runs.flatMap(whyStuck), ...open.map(({ id, state }) => `${id} is still ${state}, but its run has ended`)];
}

function whyStuck({ id, status, dueAt }: OurRun): readonly string[] {
  if (isFinished(status)) return [];
  if (dueAt === null) return [`${id} is ${status}, and nobody would ever take it up`];
  return [`${id} is still ${status}, due at ${dueAt}`];
}

/** Both sides must tell the same story of a message, as far as Patchbay could know. */
function findMismatches(about: OrderCase, { taken }: Ledgers): readonly string[] {
  if (about.vendor.length > 1) return []; // duplicated says it already
  const [sent] = about.vendor;
  const found = about.messages.flatMap((message) => inventedBy(message, sent));
  if (sent === undefined) return found;
  if (sent.to !== about.order.phone) found.push(`${sent.sid} went to ${sent.to}, not to ${about.order.phone}`);
  if (sent.effect !== null && !about.effects.some(({ id }) => id === sent.effect)) {
    found.push(`${sent.sid} was sent for ${sent.effect}, which is none of this order's`);
  }
  const reported = taken.get(sent.sid) ?? new Set();
  for (const { id, state } of about.effects) {
    if (state === "unknown" && reported.size > 0) found.push(`${id} is unknown, although ${sent.sid} was reported`);
  }
  const ours = about.messages.find(({ vendorId }) => vendorId === sent.sid);
  if (ours === undefined) return [...found, ...whyUnknownToUs(about, sent)];
  return [...found, ...whyStatusDiffers(ours, sent, reported)];
}

function inventedBy({ id, vendorId }: OurMessage, sent: VendorMessage | undefined): string[] {
  if (vendorId === null || vendorId === sent?.sid) return [];
  return [`${id} claims to be ${vendorId}, which the vendor does not have for this order`];
}

/** Only a call whose outcome nobody knows may have made a message that Patchbay does not know. */
function whyUnknownToUs({ effects, runs }: OrderCase, { sid }: VendorMessage): readonly string[] {
  const open = effects.some(({ state }) => state === "unknown") || runs.some(({ status }) => !isFinished(status));
  if (open) return [];
  const said = effects.map(({ id, state }) => `${id} is ${state}`).join(", ") || "there is no effect";
  return [`Patchbay knows nothing of ${sid}: ${said}`];
}

/** A report that was lost on the way leaves Patchbay behind; one that it took must not. */
function whyStatusDiffers(ours: OurMessage, sent: VendorMessage, taken: ReadonlySet<string>): readonly string[] {
  if (ours.status === sent.status) return [];
  if (statusRank[ours.status] >= statusRank[sent.status]) {
    return [`${ours.id} is ${ours.status}, but ${sent.sid} is ${sent.status}`];
  }
  const missed = [...taken].filter((word) => rankOf(word) > statusRank[ours.status]);
  return missed.length === 0 ? [] : [`${ours.id} is ${ours.status}, although ${missed.join(" and ")} was reported`];
}

function rankOf(word: string): number {
  const status: MessageStatus | null = toMessageStatus(word);
  return status === null ? Number.NEGATIVE_INFINITY : statusRank[status];
}

function countExplained(cases: readonly OrderCase[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const about of cases) {
    if (!about.order.accepted || about.vendor.length > 0 || !isExplained(about)) continue;
    const code = about.runs.find(({ status }) => status === "failed")?.failure?.code ?? suppressedCode;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

function countBy(findings: readonly Finding[]): Verdict["counts"] {
  const counts = Object.fromEntries([...wrongs, "unknown"].map((wrong) => [wrong, 0])) as Record<
    Finding["wrong"],
    number
  >;
  for (const { wrong } of findings) counts[wrong] += 1;
  return counts;
}
