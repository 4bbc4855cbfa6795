import { createHash } from "node:crypto";
import type { Broadcast, ExclusionReason } from "../core/broadcast.js";
import { canonicalJson } from "../core/json.js";
import type { Price } from "../core/price.js";
import type { BroadcastPreview, PreviewedExclusion, PreviewedPrice, PreviewedText } from "./broadcast-order.js";
import { type Judged, judgeRecord } from "./judge-recipient.js";
import { requireFlow } from "./known.js";
import type { MetCall } from "./met-call.js";
import type { Planning } from "./planning.js";

/** How many records a preview looks at. */
const PREVIEW_LIMIT = 1_000;
/** Records read at a time. */
const PAGE = 100;
/** Records counted at most. */
const COUNT_LIMIT = 1_000_000;
/** Examples shown, of texts and of who is excluded. */
const EXAMPLES = 5;

/** Looks at the first records of the audience, and says what would become of them. */
export async function previewBroadcast(broadcast: Broadcast, planning: Planning): Promise<BroadcastPreview> {
  const { store } = planning.parts;
  const { dataType, where } = broadcast.audience;
  const version = requireFlow(broadcast.flow, planning);
  const filter = { dataType, where };
  const found = await store.records.count(filter, COUNT_LIMIT + 1);
  const sum = newSum();
  let after: string | null = null;
  let more = false;
  for (let last = false; !last && !more; more = !last && sum.examined >= PREVIEW_LIMIT) {
    const page = await store.records.walk(filter, { after, limit: PAGE });
    for (const record of page) {
      add(sum, await judgeRecord({ broadcast, version }, record, planning));
      after = record.eventId;
    }
    last = page.length < PAGE;
  }
  return toPreview(sum, { broadcast, flowHash: version.hash, found, more });
}

interface Sum {
  examined: number;
  segments: number;
  quiet: number;
  quietUntil: Date | null;
  readonly seen: Set<string>;
  readonly prices: Map<string, { amount: number; recipients: number }>;
  recipients: number;
  readonly excluded: Partial<Record<ExclusionReason, number>>;
  readonly texts: PreviewedText[];
  readonly exclusions: PreviewedExclusion[];
}

function newSum(): Sum {
  return {
    ...{ examined: 0, segments: 0, quiet: 0, quietUntil: null, recipients: 0 },
    ...{ seen: new Set(), prices: new Map(), excluded: {}, texts: [], exclusions: [] },
  };
}

/** @param judged Null for a record that is not in the audience. */
function add(sum: Sum, judged: Judged | null): void {
  sum.examined++;
  if (judged === null) return;
  const { record, recipient, call } = judged;
  const isSecond = recipient !== null && sum.seen.has(recipient);
  const excluded = judged.excluded ?? (isSecond ? duplicate(recipient) : null);
  if (excluded === null) {
    addRecipient(sum, { key: record.key, recipient, call });
    return;
  }
  const { exclusion, reason } = excluded;
  sum.excluded[exclusion] = (sum.excluded[exclusion] ?? 0) + 1;
  if (sum.exclusions.length < EXAMPLES) sum.exclusions.push({ key: record.key, recipient, exclusion, reason });
}

function addRecipient(
  sum: Sum,
  { key, recipient, call }: { key: string; recipient: string | null; call: MetCall | null },
): void {
  if (recipient !== null) sum.seen.add(recipient);
  sum.recipients++;
  const { segments = 0, body = null, quietUntil = null, price = null } = call ?? {};
  if (price !== null) addPrice(sum, price);
  sum.segments += segments;
  if (sum.texts.length < EXAMPLES) sum.texts.push({ key, recipient, body, segments });
  if (quietUntil === null) return;
  sum.quiet++;
  if (sum.quietUntil === null || quietUntil > sum.quietUntil) sum.quietUntil = quietUntil;
}

function addPrice({ prices }: Sum, { amount, currency }: Price): void {
  const before = prices.get(currency) ?? { amount: 0, recipients: 0 };
  prices.set(currency, { amount: before.amount + amount, recipients: before.recipients + 1 });
}

/** A price has more digits than numbers add without error. */
function pricesOf({ prices }: Sum, factor: number): readonly PreviewedPrice[] {
  return [...prices].map(([currency, { amount, recipients }]) => ({
    currency,
    amount: Number((amount * factor).toFixed(4)),
    recipients: Math.round(recipients * factor),
  }));
}

/** Why a record gets nothing whose recipient another one has. */
export function duplicate(recipient: string): { exclusion: "duplicate"; reason: string; code: null } {
  return { exclusion: "duplicate", reason: `another record of this broadcast has ${recipient}`, code: null };
}

function toPreview(
  sum: Sum,
  { broadcast, flowHash, found, more }: { broadcast: Broadcast; flowHash: string; found: number; more: boolean },
): BroadcastPreview {
  const { examined, recipients, excluded, segments, texts, exclusions } = sum;
  const records = Math.min(found, COUNT_LIMIT);
  const factor = more && examined > 0 ? Math.max(1, records / examined) : 1;
  const expected = Math.round(recipients * factor);
  return {
    records,
    moreRecords: found > COUNT_LIMIT,
    ...{ examined, more, recipients, excluded, segments, texts, exclusions },
    prices: pricesOf(sum, 1),
    quiet: { recipients: sum.quiet, until: sum.quietUntil },
    estimate: {
      recipients: expected,
      segments: Math.round(segments * factor),
      prices: pricesOf(sum, factor),
      seconds: Math.ceil(expected / broadcast.perSecond),
    },
    confirm: confirmationOf({ broadcast, flowHash, numbers: { examined, more, recipients, excluded, segments } }),
  };
}

/** Quiet hours are not in it: they come and go while somebody reads the preview. */
function confirmationOf({
  broadcast,
  flowHash,
  numbers,
}: {
  broadcast: Broadcast;
  flowHash: string;
  numbers: Pick<BroadcastPreview, "examined" | "more" | "recipients" | "excluded" | "segments">;
}): string {
  const { id, flow, audience, perSecond } = broadcast;
  const { dataType, where, when } = audience;
  const named = { id, flow, flowHash, dataType, where: { ...where }, when, perSecond, ...numbers };
  return createHash("sha256")
    .update(canonicalJson({ ...named, excluded: { ...numbers.excluded } }))
    .digest("hex")
    .slice(0, 24);
}
