import type { Change } from "../core/change.js";
import type { Eventual } from "../core/eventual.js";
import type { Counted, DailyCap } from "../core/sending.js";
import { shardOf } from "../core/shard.js";
import { dayIn, nextTime } from "./local-clock.js";
import { noticeOfCap } from "./notify.js";
import { type Planning, stampOf } from "./planning.js";
import type { Sending } from "./sending.js";

/** A cap that has been reached. */
export interface ReachedCap {
  /** A sender, or a connection. */
  readonly of: string;
  readonly most: number;
  /** When the next day begins, in milliseconds since 1970. */
  readonly until: number;
  /** Tells the operator, once a day. */
  readonly telling: readonly Change[];
}

/** Of a cap, this part is for transactional calls only: marketing does not use up what orders need. */
const KEPT_FOR_ORDERS = 0.1;

interface Subject {
  readonly subject: string;
  readonly name: string;
  readonly cap: DailyCap;
}

/** What a call counts towards: its sender's day, its connection's, both or neither. */
function subjectsOf(connection: string, { sender }: Sending): readonly Subject[] {
  if (sender === null) return [];
  const { sender: name, dailyCap, connectionCap } = sender;
  return [
    ...(dailyCap === null ? [] : [{ subject: `${connection} ${name}`, name, cap: dailyCap }]),
    ...(connectionCap === null ? [] : [{ subject: connection, name: connection, cap: connectionCap }]),
  ];
}

/** Counts a call that is about to be made, in the commit that begins it. */
export function countSending(
  connection: string,
  sending: Sending,
  now: number,
): { readonly changes: readonly Change[]; readonly counted: readonly Counted[] } {
  const subjects = subjectsOf(connection, sending);
  const counted = subjects.map(({ subject, cap }) => ({
    subject,
    day: dayIn(cap.timeZone, now),
    amount: sending.cost,
  }));
  const changes = counted.map(
    (count, index): Change => ({ kind: "sending-counted", ...count, most: subjects[index]?.cap.most ?? 0 }),
  );
  return { changes, counted };
}

/** Takes back what was counted for a call that certainly took no effect. */
export function uncountSending(counted: readonly Counted[]): readonly Change[] {
  return counted.map((count) => ({ kind: "sending-uncounted", ...count }));
}

/** Tells which cap keeps a call from being made today; null when none does. Nothing is read where there are no caps. */
export function reachedCap(
  connection: string,
  sending: Sending,
  { parts }: Pick<Planning, "parts">,
): Eventual<ReachedCap | null> {
  const subjects = subjectsOf(connection, sending);
  return subjects.length === 0 ? null : firstReached(subjects, sending, parts);
}

async function firstReached(
  subjects: readonly Subject[],
  sending: Sending,
  parts: Planning["parts"],
): Promise<ReachedCap | null> {
  const now = parts.now();
  for (const { subject, name, cap } of subjects) {
    const today = dayIn(cap.timeZone, now);
    const count = await parts.store.dailyCounts.get(subject);
    if (count === null || count.day < today || !isReached(count.sent, cap, sending)) continue;
    const until = nextTime(cap.timeZone, { at: now, timeMs: 0, isOver: (at) => dayIn(cap.timeZone, at) > today });
    const isTold = count.toldDay !== null && count.toldDay >= today;
    return {
      of: name,
      most: cap.most,
      until,
      telling: isTold ? [] : tell({ subject, name, cap, until, today }, parts),
    };
  }
  return null;
}

function isReached(sent: number, { most }: DailyCap, { lane, cost }: Sending): boolean {
  if (sent <= 0) return false;
  return sent + cost > (lane === "marketing" ? Math.floor(most * (1 - KEPT_FOR_ORDERS)) : most);
}

function tell(
  { subject, name, cap, until, today }: Subject & { until: number; today: string },
  parts: Planning["parts"],
): readonly Change[] {
  const notice = noticeOfCap({ subject, name, most: cap.most, until }, shardOf("cap", subject), stampOf(parts));
  return [{ kind: "daily-cap-told", subject, day: today }, notice];
}
