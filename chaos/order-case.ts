import type { Ledgers, OurEffect, OurMessage, OurNotification, OurRun, ToldOrder, VendorMessage } from "./ledgers.js";

/** Everything that anybody says about one order. */
export interface OrderCase {
  readonly order: ToldOrder;
  readonly vendor: readonly VendorMessage[];
  readonly messages: readonly OurMessage[];
  readonly runs: readonly OurRun[];
  readonly effects: readonly OurEffect[];
  readonly notifications: readonly OurNotification[];
}

/** What can be found although no order explains it. */
export interface Unexplained {
  readonly vendor: readonly VendorMessage[];
  readonly runs: readonly OurRun[];
}

/** Sorts the ledgers by order. */
export function toCases(ledgers: Ledgers): { readonly cases: readonly OrderCase[]; readonly rest: Unexplained } {
  const vendor = groupBy(ledgers.vendor, ({ orderId }) => orderId ?? "");
  const runs = groupBy(ledgers.runs, ({ key }) => key ?? "");
  const messages = groupBy(ledgers.messages, ({ key }) => key ?? "");
  const effects = groupBy(ledgers.effects, ({ runId }) => runId);
  const notifications = groupBy(ledgers.notifications, ({ runId }) => runId ?? "");
  const cases = ledgers.told.map((order) => {
    const own = runs.get(order.id) ?? [];
    return {
      order,
      vendor: vendor.get(order.id) ?? [],
      messages: messages.get(order.id) ?? [],
      runs: own,
      effects: own.flatMap(({ id }) => effects.get(id) ?? []),
      notifications: own.flatMap(({ id }) => notifications.get(id) ?? []),
    };
  });
  const known = new Set(ledgers.told.map(({ id }) => id));
  const rest = {
    vendor: ledgers.vendor.filter(({ orderId }) => orderId === null || !known.has(orderId)),
    runs: ledgers.runs.filter(({ key }) => key === null || !known.has(key)),
  };
  return { cases, rest };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
