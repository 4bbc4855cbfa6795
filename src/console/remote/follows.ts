/** Which addresses show what has changed, by the noun that the server tells; a noun that is not here is shown at its own address. */
const shownAt: Readonly<Record<string, readonly string[]>> = {
  attachments: ["attachments", "conversations"],
  breakers: ["connections"],
  collections: ["collections", "connections", "data-types", "flows", "translators"],
  consents: ["consent", "timeline"],
  definitions: ["collections", "connections", "data-types", "flows", "translators"],
  effects: ["effects", "runs", "timeline"],
  events: ["events", "records", "timeline"],
  hours: ["overview", "connections"],
  messages: ["messages", "conversations", "runs", "timeline"],
  notifications: ["notifications", "issues", "timeline"],
  overlays: ["collections", "flows", "translators"],
  quarantines: ["quarantine"],
  records: ["records", "quarantine", "timeline"],
  runs: ["runs", "timeline"],
  walks: [],
};

/** Gives the addresses, by their first word, whose answers are no longer true; null when that may be any. */
export function addressesOf(changed: readonly string[]): ReadonlySet<string> | null {
  if (changed.includes("*")) return null;
  return new Set(changed.flatMap((noun) => shownAt[noun] ?? [noun]));
}
