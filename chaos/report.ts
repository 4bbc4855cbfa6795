import type { Options } from "./options.js";
import type { OrderCase } from "./order-case.js";
import type { Outcome, Watch } from "./run.js";
import type { Finding, Verdict } from "./verdict.js";

/** Findings of one kind that are shown in full. */
const SHOWN = 10;

const meanings: Readonly<Record<Finding["wrong"], string>> = {
  lost: "taken, but no message, and no failed run says why",
  duplicated: "more than one message",
  unknown: "nobody knows whether it was sent; an operator was told",
  silent: "failed, undelivered or unknown, and no operator was told",
  stuck: "not at rest, or never to be taken up",
  mismatched: "Patchbay and the vendor tell different stories",
  stray: "messages that nobody ordered",
  unanswered: "pushed, but never taken",
};

/** Says how a run is getting on, in one line. */
export function progressLine(
  { orders, store }: Options,
  { phase, book, deaths, restarts }: Watch,
  seconds: number,
): string {
  const { atRandom, atBoundary } = deaths;
  const restarted = store === "postgres" ? `, database restarted ${restarts.fast + restarts.kill} times` : "";
  const killed = `killed ${atRandom} times at random and ${sum(atBoundary)} at boundaries${restarted}`;
  return `${seconds.toFixed(0).padStart(3)} s  ${phase}: ${book.accepted.size}/${orders} orders taken, ${killed}`;
}

/** Writes what happened, the verdict, and everything that is known about what is wrong. */
export function describeOutcome(outcome: Outcome, seconds: number): string {
  const { verdict, book, deaths, reports, restarts } = outcome;
  const processes = [...deaths.byProcess].sort().map(([name, count]) => `${name} ${count}`);
  const places = [...deaths.atBoundary].sort().map(([place, count]) => `${place} ${count}`);
  const explained = [...verdict.explained].map(([code, count]) => `${code} ${count}`);
  const struck = new Map(Object.entries(outcome.struck).sort());
  const lines = [
    `${verdict.accepted} orders were taken, and the vendor has ${verdict.messages} messages; ${seconds.toFixed(1)} s in all.`,
    "",
    row("killed at random", `${deaths.atRandom} (${deaths.whileStarting} while starting)`),
    row("killed at boundaries", `${sum(deaths.atBoundary)}${inBrackets(places)}`),
    row("killed in all", `${sum(deaths.byProcess)}${inBrackets(processes)}`),
    row(
      "database restarted",
      `${restarts.fast + restarts.kill} (${restarts.fast} in order, ${restarts.kill} by kill -9)`,
    ),
    row("could not start", `${deaths.unstarted}, the database was away`),
    row("faults met", `${sum(struck)}${inBrackets([...struck].map(([kind, count]) => `${kind} ${count}`))}`),
    row("pushes without answer", `${book.unanswered}; asked to wait ${book.postponed}; sent twice ${book.repeated}`),
    row("callbacks", `${reports.came}, ${reports.lost} of them found nobody`),
    row("no message, explained", `${sum(verdict.explained)}${inBrackets(explained)}`),
    "",
    ...Object.entries(meanings).map(([wrong, meaning]) => verdictRow(wrong as Finding["wrong"], meaning, verdict)),
    "",
    ...Object.keys(meanings).flatMap((wrong) =>
      describeFindings(verdict.findings.filter((one) => one.wrong === wrong)),
    ),
    verdict.good ? "One order, one message." : "This must not happen.",
  ];
  if (!outcome.rested) lines.push("It did not come to rest in time.");
  return `${lines.join("\n")}\n`;
}

/** Gives the last line of `--json`. */
export function toJsonLine({ verdict, deaths, rested, restarts }: Outcome, options: Options, seconds: number): string {
  const { accepted, messages, counts, explained } = verdict;
  const { lost, duplicated, unknown, stuck, ...others } = counts;
  return JSON.stringify({
    ...{ accepted, messages, lost, duplicated, unknown, stuck },
    seconds: Math.round(seconds * 10) / 10,
    ...others,
    explained: Object.fromEntries(explained),
    rested,
    deaths: {
      atRandom: deaths.atRandom,
      atBoundary: Object.fromEntries(deaths.atBoundary),
      byProcess: Object.fromEntries(deaths.byProcess),
    },
    store: options.store,
    workers: options.workers,
    apis: options.apis,
    databaseRestarts: restarts.fast + restarts.kill,
    seed: options.seed,
    faults: options.faults,
  });
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(24)}${value}`;
}

function verdictRow(wrong: Finding["wrong"], meaning: string, { counts }: Verdict): string {
  const mark = counts[wrong] === 0 ? " " : wrong === "unknown" ? "·" : "!";
  return `${mark} ${wrong.padEnd(24)}${String(counts[wrong]).padEnd(6)}${meaning}`;
}

function describeFindings(findings: readonly Finding[]): readonly string[] {
  const shown = findings.slice(0, SHOWN).flatMap((finding) => [...describeFinding(finding), ""]);
  if (findings.length > SHOWN) shown.push(`… and ${findings.length - SHOWN} more ${findings[0]?.wrong}`, "");
  return shown;
}

function describeFinding({ wrong, why, about }: Finding): readonly string[] {
  if (about === null) return [`${wrong}: ${why}`];
  return [`${wrong}: ${about.order.id}: ${why}`, ...describeCase(about)];
}

/** What each side says, for the person who has to find out. */
function describeCase({ order, vendor, messages, runs, effects, notifications }: OrderCase): readonly string[] {
  const said = (code: string | undefined): string => (code === undefined ? "" : ` (${code})`);
  return [
    `    store         ${order.accepted ? "was told that it is taken" : "was told nothing"}; ${order.phone}`,
    ...orNothing("vendor", vendor, ({ sid, status, to }) => `${sid} ${status} to ${to}`),
    ...orNothing("run", runs, ({ id, status, failure }) => `${id} ${status}${said(failure?.code)}`),
    ...orNothing(
      "effect",
      effects,
      ({ id, state, vendorId, failure }) => `${id} ${state}, ${vendorId ?? "no SID"}${said(failure?.code)}`,
    ),
    ...orNothing("message", messages, ({ id, status, vendorId }) => `${id} ${status}, ${vendorId ?? "no SID"}`),
    ...orNothing("notification", notifications, ({ id, level, state, title }) => `${id} ${level}, ${state}: ${title}`),
  ];
}

function orNothing<T>(name: string, things: readonly T[], describe: (thing: T) => string): readonly string[] {
  if (things.length === 0) return [`    ${name.padEnd(14)}none`];
  return things.map((thing) => `    ${name.padEnd(14)}${describe(thing)}`);
}

function inBrackets(parts: readonly string[]): string {
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
