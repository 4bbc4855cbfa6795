import { PatchbayError } from "../../core/errors.js";
import {
  addCounts,
  cutoffsAt,
  keepsEverything,
  type RetentionCounts,
  type RetentionKind,
  type RetentionPolicy,
} from "../../core/retention.js";
import type { Store } from "../../core/store.js";
import type { DatabaseAccess } from "../../core/tables.js";
import { advance, following, type RetentionPlace, retentionStart } from "../../engine/retention.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { openProgressBar } from "../progress-bar.js";
import { pairs } from "../table.js";
import type { Terminal } from "../terminal.js";
import { databaseNamed } from "./database-named.js";

/** Pages of each stage that are looked at for a dry run. */
const MAX_PAGES = 200;

/** What was found or done; `more`: not all was looked at. */
interface Found {
  readonly counts: RetentionCounts;
  readonly more: boolean;
}

/** Shows what is due to go, or lets it go. */
export async function applyRetention({ dryRun }: { readonly dryRun: boolean }, context: CommandContext): Promise<void> {
  const { config, terminal } = context;
  const policy = config.retention;
  terminal.print(...describePolicy(policy, terminal));
  if (keepsEverything(policy)) {
    terminal.printJson({ policy, dryRun, counts: {}, more: false });
    terminal.print("", "Everything is kept: none of RETENTION_… is set.");
    return;
  }
  const database = await databaseNamed(config);
  await requireCurrent(database);
  const found = dryRun ? await preview(database, policy) : await sweepAll(database, context);
  terminal.printJson({ policy, dryRun, ...found });
  terminal.print("", ...describe(found, dryRun, terminal));
}

/** @throws STORE_BEHIND, STORE_AHEAD */
async function requireCurrent(database: DatabaseAccess): Promise<void> {
  const { applied, known } = await database.migrationState();
  const [needed, newest] = [known.at(-1) ?? 0, applied.at(-1) ?? 0];
  if (needed === newest) return;
  const code = newest < needed ? "STORE_BEHIND" : "STORE_AHEAD";
  throw new PatchbayError(code, `${database.name} is at ${newest}; this version needs ${needed}`);
}

/** Looks at so many pages of each stage, beside a running server. */
async function preview(database: DatabaseAccess, policy: RetentionPolicy): Promise<Found> {
  const now = new Date();
  const cutoffs = cutoffsAt(policy, now);
  const snapshot = await database.openSnapshot({ exclusive: false });
  try {
    let [counts, more]: [RetentionCounts, boolean] = [{}, false];
    let pages = 0;
    for (let place: RetentionPlace = retentionStart; place.stage !== "reclaim"; ) {
      const { stage, after } = place;
      const found = await snapshot.preview({ stage, cutoffs, now, after });
      counts = addCounts(counts, found.counts);
      pages = found.next === null ? 0 : pages + 1;
      more ||= pages >= MAX_PAGES;
      if (pages >= MAX_PAGES) pages = 0;
      place = following(stage, pages === 0 ? null : found.next);
    }
    return { counts, more };
  } finally {
    await snapshot.close();
  }
}

async function sweepAll(database: DatabaseAccess, { config, terminal, stop }: CommandContext): Promise<Found> {
  const store: Store = await database.openStore(`retention:${process.pid}`);
  const bar = openProgressBar(terminal);
  try {
    const now = new Date();
    const at = { cutoffs: cutoffsAt(config.retention, now), now };
    let counts: RetentionCounts = {};
    for (let place: RetentionPlace | null = retentionStart; place !== null; ) {
      stop.throwIfAborted();
      const done: Awaited<ReturnType<typeof advance>> = await advance(place, at, store.retention);
      counts = addCounts(counts, done.counts);
      const sum = Object.values(counts).reduce((so, number) => so + number, 0);
      bar.update(null, `${place.stage}: ${sum.toLocaleString("en")} done`);
      place = done.next;
    }
    return { counts, more: false };
  } finally {
    bar.close();
    await store.close();
  }
}

function describePolicy(policy: RetentionPolicy, terminal: Terminal): readonly string[] {
  const days = (number: number | null): string => (number === null ? "for ever" : count(number, "day"));
  return pairs(terminal.paint, [
    ["What ended well is kept", days(policy.succeededDays)],
    ["What did not, is kept", days(policy.failedDays)],
    ["Documents, requests and responses are kept", days(policy.payloadDays)],
    ["Answers by Idempotency-Key are kept", days(policy.answersDays)],
  ]);
}

const words: Readonly<Record<RetentionKind, string>> = {
  payloads: "Events closed, with what their runs were given, sent and gave",
  contents: "What customers wrote, and records that left quarantine: emptied",
  runs: "Runs, with their calls, texts and notifications",
  events: "Events",
  notifications: "Notifications of no run",
  issues: "Issues without notifications",
  received: "What customers wrote",
  conversations: "Closed conversations",
  quarantine: "Records that have left quarantine",
  operations: "Bulk operations",
  recipients: "Recipients of broadcasts",
  broadcasts: "Broadcasts that have ended",
  answers: "Answers by Idempotency-Key",
};

function describe({ counts, more }: Found, dryRun: boolean, terminal: Terminal): readonly string[] {
  const found = Object.entries(counts).filter(([, number]) => number > 0) as [RetentionKind, number][];
  if (found.length === 0) return [dryRun ? "Nothing would go." : "Nothing had to go."];
  const least = more ? "at least " : "";
  const lines = found.map(([kind, number]) => [words[kind], `${least}${number.toLocaleString("en")}`] as const);
  const title = dryRun ? "Would go now:" : "Has gone:";
  const grace = (counts.payloads ?? 0) > 0 ? ["", "What is closed now goes an hour later at the earliest."] : [];
  return [title, ...pairs(terminal.paint, lines), ...grace];
}
