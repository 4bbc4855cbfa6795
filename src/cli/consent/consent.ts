import type {
  ConsentEntryView,
  ConsentView,
  ContactConsentView,
  RecordedConsentView,
} from "../../api/contract/consent.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { count } from "../plain.js";
import { type Cell, table } from "../table.js";

/** What `consent list` is asked for. */
export interface ListFlags {
  readonly limit: number;
  readonly state?: string;
  readonly how?: string;
  readonly channel?: string;
  readonly contact?: string;
  readonly scope?: string;
}

/** What `consent opt-out` and `consent opt-in` are given. */
export interface RecordFlags {
  readonly channel?: string;
  readonly scope?: string;
  readonly reason?: string;
  readonly by?: string;
  readonly force?: boolean;
}

const base = "/api/v1/consent";
const headings = ["CONTACT", "STATE", "CHANNEL", "SCOPE", "SINCE", "HOW"];

/** Lists what is on record, last changed first. */
export async function listConsent(
  { limit, state, how, channel, contact, scope }: ListFlags,
  { client, terminal }: CommandContext,
): Promise<void> {
  const consents = await client.list<ConsentView>(base, { limit, state, how, channel, contact, scope });
  terminal.printJson({ items: consents });
  if (consents.length === 0) terminal.print("Nothing of that kind is on record.");
  else terminal.print(...table(terminal.paint, headings, consents.map(toRow)));
}

/** Shows what holds for one contact, and the ledger, oldest first as it happened. */
export async function showConsent(contact: string, { client, terminal }: CommandContext): Promise<void> {
  const path = `${base}/${encodeURIComponent(contact)}`;
  const shown = await client.get<ContactConsentView>(path, { limit: 200 });
  terminal.printJson(shown);
  const { consents, entries, next } = shown;
  if (entries.length === 0) {
    terminal.print(`Nothing is on record about ${contact}: messages are sent.`);
    return;
  }
  terminal.print(...table(terminal.paint, headings, consents.map(toRow)), "");
  const rows = entries
    .toReversed()
    .map((entry): Cell[] => [
      localTime(entry.at),
      stateCell(entry.state),
      entry.channel,
      entry.scope,
      describeHow(entry),
    ]);
  terminal.print(...table(terminal.paint, ["WHEN", "SAID", "CHANNEL", "SCOPE", "HOW"], rows));
  if (next !== null) terminal.print("", "Only the newest 200 entries are shown; patchbay consent export has them all.");
}

/** Records what an operator knows. */
export async function recordConsent(
  contact: string,
  { state, force = false, ...given }: RecordFlags & { readonly state: "opted-out" | "opted-in" },
  { client, terminal }: CommandContext,
): Promise<void> {
  const recorded = await client.post<RecordedConsentView>(base, {
    contact,
    state,
    ...given,
    ...(force ? { force } : {}),
  });
  terminal.printJson(recorded);
  const [first] = recorded.entries;
  const channels = [...new Set(recorded.entries.map(({ channel }) => channel))].join(" and ");
  const done = state === "opted-out" ? "opted out" : "opted in";
  terminal.print(`${first?.contact ?? contact} is on record as ${done} (${first?.scope ?? ""}, ${channels}).`);
}

function toRow({ contact, state, channel, scope, entry }: ConsentView): Cell[] {
  return [contact, stateCell(state), channel, scope, localTime(entry.at), describeHow(entry)];
}

function stateCell(state: string): Cell {
  return state === "opted-in" ? ["good", state] : ["careful", state];
}

function describeHow({ how, word, by, reason, force }: ConsentEntryView): string {
  const known = {
    keyword: `texted ${word ?? ""}`.trim(),
    "vendor-report": `reported by the vendor ${word === null ? "" : `(${word})`}`.trim(),
    operator: `recorded by ${by ?? "an operator"}`,
    import: `from a list${by === null ? "" : ` (${by})`}`,
  }[how];
  return [known, ...(reason === null ? [] : [`: ${reason}`]), ...(force ? [" [undoes a STOP]"] : [])].join("");
}

/** Says what became of a list: `3 recorded, 1 unchanged`. */
export function describeImport(
  counts: Readonly<Record<"recorded" | "unchanged" | "withheld" | "failed", number>>,
): string {
  const { recorded, unchanged, withheld, failed } = counts;
  const parts = [`${count(recorded, "row")} recorded`, `${unchanged} known already`];
  if (withheld > 0) parts.push(`${withheld} kept without effect (the person has texted STOP)`);
  if (failed > 0) parts.push(`${failed} failed`);
  return `${parts.join(", ")}.`;
}
