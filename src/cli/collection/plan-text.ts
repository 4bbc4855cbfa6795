import type { PlannedCollectionView, PlanView } from "../../api/contract/plan.js";
import { count, plain } from "../plain.js";
import type { Terminal, Tone } from "../terminal.js";

/** Writes a plan for a person: what changes, what would begin to happen, what would not fit any more. */
export function printPlan(plan: PlanView, terminal: Terminal): void {
  for (const collection of plan.collections) printCollection(collection, terminal);
  printStarts(plan, terminal);
  printReach(plan, terminal);
  if (plan.compatibility.length === 0) return;
  terminal.print("", terminal.paint("bad", "What would not fit any more:"));
  for (const { subject, message } of plan.compatibility) terminal.print(`  ${plain(subject)} ${plain(message)}`);
}

/** Whether a plan comes to nothing. */
export function isEmpty({ collections, starts }: PlanView): boolean {
  const quiet = starts.every(({ change }) => change === "goes on" || change === "waits");
  return quiet && collections.every(({ action }) => action === "unchanged");
}

function printCollection(collection: PlannedCollectionView, terminal: Terminal): void {
  const { name, origin, needsTrust, objects, changelog, warnings } = collection;
  terminal.print(terminal.paint("strong", headingOf(collection)));
  if (origin !== null) {
    const signer = needsTrust ? ", signed by nobody you trust" : "";
    terminal.print(terminal.paint("faint", `  from ${plain(origin.resolved)}${signer}`));
  }
  for (const { message, file, path } of warnings) terminal.print(`  warning: ${plain(`${file}${path} ${message}`)}`);
  printNames("create", objects, terminal);
  for (const { kind, name: object, action, diff } of objects) {
    if (action !== "update" || diff === null) continue;
    terminal.print(`  ${terminal.paint("careful", action)} ${kind} ${plain(object)}`);
    printDiff(diff, terminal);
  }
  printNames("remove", objects, terminal);
  printOverlays(collection, terminal);
  const unchanged = objects.filter(({ action }) => action === "unchanged").length;
  if (unchanged > 0) terminal.print(terminal.paint("faint", `  ${count(unchanged, "object")} unchanged`));
  if (changelog === null) return;
  terminal.print(`  What ${plain(name)} says of it:`);
  for (const line of changelog.split("\n")) terminal.print(`    ${plain(line)}`);
}

const overlayWords = {
  changed: ["careful", "changed here:"],
  kept: ["faint", "stays changed here:"],
  merged: ["careful", "changed here, merged with the new version:"],
  dissolved: ["careful", "changed here no more, the collection's own text runs:"],
  conflict: ["bad", "conflict: changed here and in the new version:"],
  removed: ["careful", "what was changed here goes:"],
} as const satisfies Record<PlannedCollectionView["overlays"][number]["outcome"], readonly [Tone, string]>;

function printOverlays({ overlays }: PlannedCollectionView, terminal: Terminal): void {
  for (const { file, outcome, places } of overlays) {
    const [tone, words] = overlayWords[outcome];
    terminal.print(`  ${terminal.paint(tone, words)} ${plain(file)}`);
    for (const { place, base, mine, theirs } of places) {
      terminal.print(`      ${plain(place)}`);
      for (const [whose, text] of [
        ["was", base],
        ["here", mine],
        ["new", theirs],
      ] as const) {
        terminal.print(
          `        ${whose.padEnd(5)} ${text === null ? terminal.paint("faint", "nothing") : plain(text)}`,
        );
      }
    }
  }
  const open = overlays.filter(({ outcome }) => outcome === "conflict");
  if (open.length === 0) return;
  terminal.print(
    `  Say for each whose change counts: ${plain(open.map(({ file }) => `--ours ${file}`).join(" "))} (or --theirs)`,
  );
}

/** What comes or goes is shown by its name: the diff would be all of it. */
function printNames(action: "create" | "remove", objects: PlannedCollectionView["objects"], terminal: Terminal): void {
  const these = objects.filter((one) => one.action === action);
  for (const kind of new Set(these.map((one) => one.kind))) {
    const names = these.flatMap((one) =>
      one.kind === kind ? [plain(one.note === null ? one.name : `${one.name} (${one.note})`)] : [],
    );
    const tone: Tone = action === "create" ? "good" : "bad";
    terminal.print(`  ${terminal.paint(tone, action)} ${count(names.length, kind)}: ${names.join(", ")}`);
  }
}

function headingOf({ name, action, from, to, requiredBy }: PlannedCollectionView): string {
  const why =
    requiredBy.length === 0 ? "" : `, which ${requiredBy.join(" and ")} ${requiredBy.length === 1 ? "needs" : "need"}`;
  if (action === "uninstall") return plain(`uninstall ${name} ${from}${why}`);
  if (from === null) return plain(`install ${name} ${to}${why}`);
  if (action === "unchanged") return plain(`${name} ${to} stays as it is${why}`);
  return plain(action === "replace" ? `change ${name} ${to}${why}` : `${action} ${name} ${from} -> ${to}${why}`);
}

function printDiff(diff: string, terminal: Terminal): void {
  for (const line of diff.split("\n")) {
    const shown = `      ${line.slice(0, 1)} ${plainLine(line.slice(1))}`;
    if (line.startsWith("+")) terminal.print(terminal.paint("good", shown));
    else if (line.startsWith("-")) terminal.print(terminal.paint("bad", shown));
    else terminal.print(shown.trimEnd());
  }
}

/** As `plain`, but indentation stays. */
function plainLine(line: string): string {
  const [indentation = ""] = /^ */.exec(line) ?? [];
  return indentation + plain(line);
}

function printStarts({ starts }: PlanView, terminal: Terminal): void {
  if (starts.length === 0) return;
  terminal.print("", "What would begin to happen, change or end:");
  for (const { flow, change, message } of starts) {
    const loud = change === "begins" || change === "changes" || change === "ends" || change === "beware";
    const text = plain(flow === null ? message : `${flow} ${message}`);
    terminal.print(`  ${loud ? terminal.paint("careful", text) : text}`);
  }
}

function printReach({ connectors, hosts }: PlanView, terminal: Terminal): void {
  if (connectors.length > 0) terminal.print("", plain(`Connectors it uses: ${connectors.join(", ")}`));
  if (hosts.length > 0) terminal.print(plain(`Hosts it may call: ${hosts.join(", ")}`));
}
