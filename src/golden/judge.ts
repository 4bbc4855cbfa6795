import type { Expected, ExpectedRecord, ExpectedText } from "../collections/golden-test.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import type { StoredRecord } from "../core/record.js";
import { has, partOf, textFits } from "./compare.js";
import type { Observed } from "./observe.js";
import { toViews, type Views } from "./views.js";

/** Something that is not as expected, with both sides as far as they are about the same. */
export interface Mismatch {
  /** `messages`, `records`, … */
  readonly about: keyof Expected | "given";
  /** In one line: `a message is missing`. */
  readonly problem: string;
  /** Null for something that nobody expected. */
  readonly expected: Json | null;
  /** Null for something that is not there. */
  readonly got: Json | null;
}

type About = "messages" | "notifications" | "runs" | "calls";

const nouns: Readonly<Record<About, string>> = {
  messages: "message",
  notifications: "notification",
  runs: "run",
  calls: "call",
};

/** Compares what there is with what was expected; nothing when all is as expected. */
export function judge(expected: Expected, observed: Observed): readonly Mismatch[] {
  const views = toViews(observed);
  const { messages, notifications, runs, calls, records } = expected;
  return [
    ...judgeList("messages", { expected: messages, views }, () => messages !== null),
    ...records.flatMap((record) => judgeRecord(record, observed.records)),
    ...judgeList("notifications", { expected: notifications, views }, (one) => {
      return notifications !== null && (one.level === "warning" || one.level === "error");
    }),
    ...judgeList("runs", { expected: runs, views }),
    ...judgeList("calls", { expected: calls, views }),
  ];
}

function asJson(expected: readonly object[] | null): readonly JsonObject[] {
  return (expected ?? []) as readonly JsonObject[]; // they were read from JSON
}

/**
 * Gives each expected one another that there is: those that fit first, then those that are most alike.
 *
 * @param tooMany Tells whether one that nobody expected is a mistake.
 */
function judgeList(
  about: About,
  { expected, views }: { readonly expected: readonly object[] | null; readonly views: Views },
  tooMany: (view: JsonObject) => boolean = () => false,
): readonly Mismatch[] {
  const left = new Set(views[about]);
  const unmet = asJson(expected).filter((one) => {
    const fitting = [...left].find((view) => fits(one, view));
    return fitting === undefined || !left.delete(fitting);
  });
  const noun = nouns[about];
  const differing = unmet.map((one): Mismatch => {
    const nearest = nearestTo(one, [...left]);
    if (nearest === null) return { about, problem: `a ${noun} is missing`, expected: shown(one, null), got: null };
    left.delete(nearest);
    return { about, problem: `a ${noun} differs`, expected: shown(one, nearest), got: partOf(nearest, one) ?? null };
  });
  const unexpected = [...left].filter(tooMany);
  return [
    ...differing,
    ...unexpected.map(
      (view): Mismatch => ({ about, problem: `nobody expects this ${noun}`, expected: null, got: view }),
    ),
  ];
}

function fits(expected: JsonObject, view: JsonObject): boolean {
  return Object.entries(expected).every(([name, member]) => memberFits(member, view[name]));
}

function memberFits(expected: Json, got: Json | undefined): boolean {
  const pattern = patternOf(expected);
  return pattern === null ? has(expected, got) : textFits(pattern, got);
}

function patternOf(expected: Json): Exclude<ExpectedText, string> | null {
  if (!isJsonObject(expected) || typeof expected.matches !== "string") return null;
  return Object.keys(expected).length === 1 ? { matches: expected.matches } : null;
}

/** One that has nothing of what was expected is another one. */
function nearestTo(expected: JsonObject, views: readonly JsonObject[]): JsonObject | null {
  let best: JsonObject | null = null;
  let most = 0;
  for (const view of views) {
    const members = Object.entries(expected).filter(([name, member]) => memberFits(member, view[name])).length;
    if (members > most) [best, most] = [view, members];
  }
  return best;
}

/** Shows a pattern that fits as the text that it fits, so that only what differs is seen to differ. */
function shown(expected: JsonObject, got: JsonObject | null): JsonObject {
  const members = Object.entries(expected).map(([name, member]) => {
    const pattern = patternOf(member);
    if (pattern === null) return [name, member] as const;
    const value = got?.[name];
    return [name, value !== undefined && textFits(pattern, value) ? value : `/${pattern.matches}/`] as const;
  });
  return Object.fromEntries(members);
}

function judgeRecord(expected: ExpectedRecord, records: readonly StoredRecord[]): readonly Mismatch[] {
  const { dataType, key, has: members = {}, gone } = expected;
  const about = "records";
  const candidates = records.filter((one) => one.dataType === dataType && (key === undefined || one.key === key));
  const fitting = candidates.find(({ document }) => has(members, document));
  const wanted = {
    dataType,
    ...(key !== undefined && { key }),
    ...(Object.keys(members).length > 0 && { has: members }),
  };
  if (gone === true) {
    if (fitting === undefined) return [];
    const got = { ...wanted, key: fitting.key, has: fitting.document };
    return [{ about, problem: "a record is there that should not be", expected: null, got }];
  }
  if (fitting !== undefined) return [];
  const [nearest] = candidates;
  if (nearest === undefined) return [{ about, problem: "a record is missing", expected: wanted, got: null }];
  const got = { ...wanted, has: partOf(nearest.document, members) ?? {} };
  return [{ about, problem: "a record differs", expected: wanted, got }];
}
