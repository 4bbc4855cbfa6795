import { count } from "../plain.js";
import { pairs } from "../table.js";
import type { Terminal } from "../terminal.js";
import type { DemoServer } from "./demo-server.js";
import { isAsExpected, needsLook, type Story } from "./story.js";

/** The demo in numbers. */
export interface Totals {
  readonly orders: number;
  readonly customers: number;
  readonly texts: number;
  readonly delivered: number;
  /** Notifications that are more than news of a success. */
  readonly needLook: number;
  /** Records of which something else became than should have. */
  readonly unexpected: number;
}

/** Counts what became of the records. */
export function toTotals(stories: readonly Story[]): Totals {
  const messages = stories.flatMap((story) => story.messages);
  const ofType = (name: string): number => stories.filter(({ pushed }) => pushed.dataType === name).length;
  return {
    orders: ofType("ecommerce/Order"),
    customers: ofType("ecommerce/Customer"),
    texts: messages.length,
    delivered: messages.filter(({ status }) => status === "delivered" || status === "read").length,
    needLook: stories.flatMap(({ notifications }) => notifications.filter(needsLook)).length,
    unexpected: stories.filter((story) => !isAsExpected(story)).length,
  };
}

/** Prints the totals and where to look; the whole of it as one document with `--json`. */
export function printEnding(stories: readonly Story[], demo: DemoServer, terminal: Terminal): Totals {
  const totals = toTotals(stories);
  const links = linksOf(demo);
  terminal.printJson({ totals, links, records: stories.map(toDocument) });
  const { print, paint } = terminal;
  const { orders, customers, texts, delivered, needLook, unexpected } = totals;
  const inward = `${count(orders, "order")} and ${count(customers, "customer")} in`;
  const look = needLook === 1 ? "1 notification needs a look" : `${needLook} notifications need a look`;
  print("", paint("strong", `${inward}, ${count(texts, "text")} out, ${delivered} delivered, ${look}.`));
  if (unexpected > 0) print(paint("bad", `${count(unexpected, "record")} did not come out as expected.`));
  return totals;
}

/** Prints where to look while the demo's server is up, and how to push an own order. */
export function printWhereToLook(demo: DemoServer, { print, paint }: Terminal): void {
  const links = linksOf(demo);
  print(
    "",
    ...pairs(paint, [
      ["Console", links.console],
      ["API documentation", links.docs],
      ["Notifications", links.notifications],
      ["Messages", links.messages],
      ["What Twilio got", links.ledger],
    ]),
    "",
    "Push an order of your own:",
    `  ${curlFor(demo.app.url)}`,
  );
}

interface Links {
  readonly console: string;
  readonly docs: string;
  readonly notifications: string;
  readonly messages: string;
  readonly ledger: string;
}

function linksOf({ app: { url }, simulator }: DemoServer): Links {
  return {
    console: url,
    docs: `${url}/docs`,
    notifications: `${url}/api/v1/notifications`,
    messages: `${url}/api/v1/messages`,
    ledger: `${simulator.url}/simulator/messages`,
  };
}

/** One line that any shell takes: the JSON has no quote that the shell would end at. */
function curlFor(url: string): string {
  const address = { firstname: "Ada", lastname: "Reyes", address1: "1 Main Street", zipcode: "97201" };
  const order = {
    id: "MY-1",
    status: "complete",
    channel: "curl",
    currency: "USD",
    placed_on: "2026-01-01T12:00:00Z",
    shipping_address: { ...address, city: "Portland", state: "Oregon", country: "US", phone: "+15035550123" },
  };
  return `curl -H 'content-type: application/json' -d '${JSON.stringify(order)}' ${url}/api/v1/records/ecommerce/Order`;
}

function toDocument(story: Story): object {
  const { pushed, runs, messages, notifications, final } = story;
  const { dataType, accepted, expected } = pushed;
  return {
    record: { dataType, key: accepted.key, verdict: accepted.verdict },
    expected,
    asExpected: isAsExpected(story),
    final,
    runs: runs.map(({ id, flow, status }) => ({ id, flow, status })),
    messages: messages.map(({ id, to, body, status, errorCode }) => ({ id, to, body, status, errorCode })),
    notifications: notifications.map(({ id, level, title, cause }) => ({ id, level, title, cause })),
  };
}
