import { keyOfCopy, phoneOfCopy } from "./fill.js";
import { seeded } from "./fill-seeds.js";

/** A list as people ask for it. */
export interface ListQuery {
  readonly name: string;
  /** Path and parameters, without paging; another one each time where people look for one thing. */
  readonly path: (turn: number) => string;
  /** What is answered whole, not page by page. */
  readonly whole?: true;
}

const { commonFlow, rareFlow, dataType } = seeded;

function list(name: string, noun: string, filter: Readonly<Record<string, string>>): ListQuery {
  const parameters = new URLSearchParams(filter);
  return { name, path: () => `/api/v1/${noun}?${parameters}` };
}

/** Every list with its filters: the commonest value, the rarest, and both together. */
export function listQueries(copies: number): readonly ListQuery[] {
  const place = (turn: number): { seed: number; copy: number } => ({
    seed: (turn * 7_919) % seeded.orders,
    copy: (turn * 104_729) % (copies + 1),
  });
  const keyAt = (turn: number): string => keyOfCopy(seeded.keyOf(place(turn).seed), place(turn).copy);
  const phoneAt = (turn: number): string => phoneOfCopy(`+12025550${100 + (place(turn).seed % 100)}`, place(turn).copy);
  const about = (noun: string, turn: number): string =>
    `/api/v1/${noun}?${new URLSearchParams({ dataType, key: keyAt(turn) })}`;
  const records = (field: string, value: string): string =>
    `/api/v1/records/${dataType}?${new URLSearchParams({ [`where.${field}`]: value })}`;
  return [
    list("runs, newest", "runs", {}),
    list("runs by flow, commonest", "runs", { flow: commonFlow }),
    list("runs by flow, rarest", "runs", { flow: rareFlow }),
    list("runs by status, commonest", "runs", { status: "succeeded" }),
    list("runs by status, few", "runs", { status: "failed" }),
    list("runs by status, rarest", "runs", { status: "waiting" }),
    list("runs by status, none", "runs", { status: "queued" }),
    list("runs by flow and status, common", "runs", { flow: commonFlow, status: "failed" }),
    list("runs by flow and status, none", "runs", { flow: commonFlow, status: "waiting" }),
    { name: "runs by business key", path: (turn) => about("runs", turn) },
    list("messages, newest", "messages", {}),
    { name: "messages by phone", path: (turn) => `/api/v1/messages?${new URLSearchParams({ to: phoneAt(turn) })}` },
    list("messages by status, commonest", "messages", { status: "delivered" }),
    list("messages by status, rarest", "messages", { status: "canceled" }),
    { name: "messages by business key", path: (turn) => about("messages", turn) },
    list("notifications, newest", "notifications", {}),
    list("notifications by level, commonest", "notifications", { level: "info" }),
    list("notifications by level, rarest", "notifications", { level: "warning" }),
    list("notifications by state, commonest", "notifications", { state: "new" }),
    list("notifications by state, rarest", "notifications", { state: "acknowledged" }),
    list("notifications by flow, commonest", "notifications", { flow: commonFlow }),
    list("notifications by flow, rarest", "notifications", { flow: rareFlow }),
    list("notifications by level and state, common", "notifications", { level: "error", state: "new" }),
    list("notifications by level and state, none", "notifications", { level: "info", state: "acknowledged" }),
    list("notifications by flow and level, none", "notifications", { flow: commonFlow, level: "warning" }),
    list("events, newest", "events", {}),
    list("events by kind, commonest", "events", { kind: "record.created" }),
    list("events by kind, none", "events", { kind: "message.failed" }),
    list("effects by state, none", "effects", { state: "unknown" }),
    { name: "records, newest", path: () => `/api/v1/records/${dataType}` },
    { name: "records by indexed field, status", path: () => records("status", "complete") },
    { name: "records by indexed field, phone", path: (turn) => records("shipping_address.phone", phoneAt(turn)) },
    { name: "overview, 24 hours", path: () => "/api/v1/overview", whole: true },
  ];
}
