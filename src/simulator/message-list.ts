import type { JsonObject } from "../core/json.js";
import { toResource } from "./message-resource.js";
import { pageSizeOf } from "./paging.js";
import type { SimulatedMessage } from "./simulated-message.js";
import { Refusal } from "./twilio-errors.js";

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const FILTERS = ["To", "From", "DateSent", "DateSent<", "DateSent>"] as const;

/** Which list is asked for. */
export interface ListRequest {
  readonly accountSid: string;
  /** The list's own path; the envelope's links are relative and begin with it. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Gives one page of an account's messages, newest first, in Twilio's envelope; deleted ones are left out.
 *
 * A DateSent filter sees only messages that have been sent: a queued one has no date yet. That is the harsher reading of
 * Twilio's documents, and a client that looks for its message right after a timeout must survive it. Both bounds
 * are inclusive, a bare date is its midnight in GMT, and dates count whole seconds, as they are shown.
 *
 * @param messages Every message, oldest first.
 * @throws Refusal 20001 for a filter or page that cannot be read.
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export function toMessagePage(messages: readonly SimulatedMessage[], request: ListRequest): JsonObject {
  const { accountSid, path, query } = request;
  const size = pageSizeOf(query);
  const page = Number(query.get("Page") || 0);
  const token = query.get("PageToken") || null;
  const matches = filterOf(query);
  const found = olderThan(messages, token)
    .filter((message) => message.accountSid === accountSid && !message.deleted && matches(message))
    .reverse();
  const rest = token === null ? found.slice(page * size) : found;
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const link = (number: number, after: string | null): string => pageLink(path, query, { size, number, after });
  return {
    messages: shown.map(toResource),
    uri: link(page, token),
    first_page_uri: link(0, null),
    next_page_uri: last && rest.length > size ? link(page + 1, `PA${last.sid}`) : null,
    previous_page_uri: page > 0 ? link(page - 1, null) : null,
    page,
    page_size: size,
    start: page * size,
    end: page * size + Math.max(0, shown.length - 1),
  };
}

/** A token names the last message of the page before, so that new messages do not shift the pages. */
function olderThan(messages: readonly SimulatedMessage[], token: string | null): readonly SimulatedMessage[] {
  if (token === null) return messages;
  const index = messages.findIndex(({ sid }) => `PA${sid}` === token);
  if (index === -1) throw new Refusal(20001, `'PageToken' is ${token}`);
  return messages.slice(0, index);
}

function filterOf(query: URLSearchParams): (message: SimulatedMessage) => boolean {
  const to = query.get("To") || null;
  const from = query.get("From") || null;
  const sent = sentFilter(query);
  return (message) =>
    (to === null || message.to === to) && (from === null || message.from === from) && (sent === null || sent(message));
}

function sentFilter(query: URLSearchParams): ((message: SimulatedMessage) => boolean) | null {
  const on = query.get("DateSent") || null;
  const until = query.get("DateSent<") || null;
  const since = query.get("DateSent>") || null;
  if (on === null && until === null && since === null) return null;
  const earliest = Math.max(since === null ? -Infinity : instant(since), on === null ? -Infinity : instant(on));
  const latest = Math.min(until === null ? Infinity : instant(until), on === null ? Infinity : endOf(on));
  return ({ sentAt }) => {
    if (sentAt === null) return false;
    const second = Math.floor(sentAt.getTime() / 1000) * 1000;
    return second >= earliest && second <= latest;
  };
}

/** Reads a day or an instant, as milliseconds since 1970. @throws Refusal 20001 */
export function instant(text: string): number {
  const time = DAY.test(text) || INSTANT.test(text) ? new Date(text).getTime() : Number.NaN;
  if (Number.isNaN(time)) throw new Refusal(20001, `${text} is neither YYYY-MM-DD nor an ISO 8601 time`);
  return time;
}

/** Reads the end of a day, or an instant. @throws Refusal 20001 */
export function endOf(text: string): number {
  return DAY.test(text) ? instant(text) + 24 * 3_600_000 - 1 : instant(text);
}

interface PagePlace {
  readonly size: number;
  readonly number: number;
  readonly after: string | null;
}

function pageLink(path: string, query: URLSearchParams, { size, number, after }: PagePlace): string {
  const link = new URLSearchParams();
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value) link.set(name, value);
  }
  link.set("PageSize", String(size));
  link.set("Page", String(number));
  if (after !== null) link.set("PageToken", after);
  return `${path}?${link}`;
}
