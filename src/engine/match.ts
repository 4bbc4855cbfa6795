import type { Catalog, InstalledFlow } from "../core/catalog.js";
import type { Decision } from "../core/event.js";
import { after, type Eventual } from "../core/eventual.js";
import type { FlowVersion, Trigger } from "../core/flow.js";
import { canonicalJson, type JsonObject } from "../core/json.js";
import { truthOf } from "../translation/chain-task.js";
import type { Evaluated, Scope, Translation } from "../translation/translation.js";
import { type Occasion, scopeOf } from "./scope.js";

/** What an event starts, and why everything else did not. */
export interface Match {
  readonly decisions: readonly Decision[];
  readonly fired: readonly { readonly version: FlowVersion; readonly runId: string }[];
}

interface Verdict {
  readonly verdict: Decision["verdict"];
  readonly reason: string;
}

/**
 * Decides for every flow that listens to this kind of event whether it starts, and says why.
 *
 * In mode `becomes-true` the whole predicate must be true now and false for the previous version: "paid and from the
 * web" fires when an order that was from the web all along becomes paid. A predicate that fails counts as not true and
 * is reported as `failed`, never swallowed.
 */
export function matchFlows(
  occasion: Occasion,
  { catalog, translation, newRunId }: { catalog: Catalog; translation: Translation; newRunId: () => string },
): Eventual<Match> {
  const candidates = candidatesFor(occasion, catalog);
  if (candidates.length === 0) return { decisions: [], fired: [] };
  return after(judge(candidates, occasion, { catalog, translation }), (verdicts) =>
    toMatch(candidates, verdicts, newRunId),
  );
}

/** Of flows that webhooks start, those of other connections are no candidates: why they did not start is plain. */
function candidatesFor({ event }: Occasion, catalog: Catalog): readonly InstalledFlow[] {
  const found = catalog.flowsFor(event.kind, event.dataType);
  const isOthers = ({ on }: FlowVersion["flow"]): boolean =>
    on.kind === "webhook" && on.connection !== event.payload.connection;
  return found.some(({ version }) => isOthers(version.flow))
    ? found.filter(({ version }) => !isOthers(version.flow))
    : found;
}

function toMatch(
  candidates: readonly InstalledFlow[],
  verdicts: ReadonlyMap<string, Verdict>,
  newRunId: () => string,
): Match {
  const decisions: Decision[] = [];
  const fired: { version: FlowVersion; runId: string }[] = [];
  for (const { version } of candidates) {
    const { verdict, reason } = verdicts.get(version.flow.name) ?? { verdict: "failed", reason: "not judged" };
    const runId = verdict === "fired" ? newRunId() : null;
    decisions.push({ flow: version.flow.name, verdict, reason, runId });
    if (runId !== null) fired.push({ version, runId });
  }
  return { decisions, fired };
}

function judge(
  candidates: readonly InstalledFlow[],
  occasion: Occasion,
  parts: { catalog: Catalog; translation: Translation },
): Eventual<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const undecided = new Map<string | null, FlowVersion[]>();
  for (const { version, active } of candidates) {
    const early = judgeWithoutPredicate(version.flow.on, active, occasion);
    if (early !== null) verdicts.set(version.flow.name, early);
    else undecided.set(version.collection, [...(undecided.get(version.collection) ?? []), version]);
  }
  return undecided.size === 0 ? verdicts : judgeUndecided(verdicts, { undecided, occasion, parts });
}

async function judgeUndecided(
  verdicts: Map<string, Verdict>,
  {
    undecided,
    occasion,
    parts,
  }: {
    undecided: ReadonlyMap<string | null, readonly FlowVersion[]>;
    occasion: Occasion;
    parts: { catalog: Catalog; translation: Translation };
  },
): Promise<Map<string, Verdict>> {
  for (const [collection, versions] of undecided) {
    const params = parts.catalog.parameters(collection);
    const judged = await judgePredicates(versions, scopeOf(occasion, { params, steps: {} }), {
      translation: parts.translation,
      previous: occasion.previous,
    });
    for (const [name, verdict] of judged) verdicts.set(name, verdict);
  }
  return verdicts;
}

function judgeWithoutPredicate(on: Trigger, active: boolean, { event, previous }: Occasion): Verdict | null {
  if (!active) return { verdict: "inactive", reason: "the flow is switched off" };
  const happened = event.kind.slice(event.kind.indexOf(".") + 1);
  const awaited = awaitedBy(on);
  if (!awaited.includes(happened) && !takesAny(on)) {
    return { verdict: "not-fired", reason: `starts on ${awaited.join(", ")}; this is ${happened}` };
  }
  if (on.kind === "notification" && on.per !== "notification" && event.payload.issue === "open") {
    return { verdict: "not-fired", reason: "its issue is open, and was told when it opened" };
  }
  if (on.kind === "record" && previous !== null && !anyChanged(on.changed, event.payload, previous)) {
    return { verdict: "not-fired", reason: `none of ${on.changed.join(", ")} changed` };
  }
  if (on.kind === "received" && on.connection !== null && on.connection !== event.payload.connection) {
    return { verdict: "not-fired", reason: `starts on what comes in by ${on.connection}` };
  }
  return on.when === null ? { verdict: "fired", reason: `${happened}` } : null;
}

function awaitedBy(on: Trigger): readonly string[] {
  if (on.kind === "record") return on.events;
  if (on.kind === "message") return on.statuses;
  if (on.kind === "received") return ["received"];
  if (on.kind === "webhook") return on.topics;
  return on.kind === "notification" ? on.levels : [];
}

function takesAny(on: Trigger): boolean {
  return on.kind === "webhook" && on.topics.length === 0;
}

function anyChanged(fields: readonly string[], now: JsonObject, before: JsonObject): boolean {
  if (fields.length === 0) return true;
  return fields.some((field) => canonicalJson(now[field] ?? null) !== canonicalJson(before[field] ?? null));
}

async function judgePredicates(
  versions: readonly FlowVersion[],
  scope: Scope,
  { translation, previous }: { translation: Translation; previous: JsonObject | null },
): Promise<[string, Verdict][]> {
  const predicates = versions.map(({ flow }) => truthOf(flow.on.when ?? "true"));
  const now = await translation.evaluateEach(predicates, scope);
  const before = previous === null ? [] : await judgeBefore(versions, scope, { translation, previous, now });
  return versions.map(({ flow }, index) => [flow.name, verdictOf(flow.on, now[index], before[index])]);
}

/** The same predicates over the version before, only where the edge matters. */
async function judgeBefore(
  versions: readonly FlowVersion[],
  scope: Scope,
  { translation, previous, now }: { translation: Translation; previous: JsonObject; now: readonly Evaluated[] },
): Promise<readonly (Evaluated | undefined)[]> {
  const matters = versions.map(
    ({ flow }, index) => isTrue(now[index]) && flow.on.kind === "record" && flow.on.mode === "becomes-true",
  );
  if (!matters.includes(true)) return [];
  const { previous: _, ...bindings } = scope.bindings;
  const predicates = versions.map(({ flow }, index) => (matters[index] ? truthOf(flow.on.when ?? "true") : null));
  return translation.evaluateEach(predicates, { input: previous, bindings: { ...bindings, record: previous } });
}

function verdictOf(on: Trigger, now: Evaluated | undefined, before: Evaluated | undefined): Verdict {
  if (now && !now.ok) return { verdict: "failed", reason: `when failed: ${now.error.message}` };
  if (!isTrue(now)) return { verdict: "not-fired", reason: `when is not true: ${on.when ?? ""}` };
  if (on.kind === "record" && on.mode === "becomes-true" && isTrue(before)) {
    return { verdict: "not-fired", reason: `when was true before: ${on.when ?? ""}` };
  }
  return { verdict: "fired", reason: `when is true: ${on.when ?? ""}` };
}

function isTrue(evaluated: Evaluated | undefined): boolean {
  return evaluated?.ok === true && evaluated.value === true;
}
