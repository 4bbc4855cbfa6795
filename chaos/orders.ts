import { openChances } from "./chances.js";
import type { FaultLevel } from "./options.js";

/** One order that a store pushes. */
export interface Order {
  readonly id: string;
  /** Where its message must go, in E.164. */
  readonly phone: string;
  /** The document as the store sends it. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Numbers of North America that are set aside for fiction: 555-0100 to 555-0199 of every area. */
const areas = [201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228];
const NUMBERS_PER_AREA = 100;
const ORDERS_PER_CUSTOMER = 3;

/** Magic numbers of the simulator: not a mobile, opted out, and unreachable after it was sent. */
const troublesome = ["+15005550009", "+15005550004", "+15005553003"];
const TROUBLESOME_SHARE = 0.015;

/** Makes the orders of a run. Several are for one customer, so that messages to one number follow each other. */
export function makeOrders(count: number, { seed, faults }: { seed: number; faults: FaultLevel }): readonly Order[] {
  const customers = Math.min(Math.ceil(count / ORDERS_PER_CUSTOMER), areas.length * NUMBERS_PER_AREA);
  return Array.from({ length: count }, (_, index) => {
    const chances = openChances(seed, `order ${index}`);
    const id = `CHAOS-${String(index + 1).padStart(6, "0")}`;
    const bad = faults !== "none" && chances.happens(TROUBLESOME_SHARE);
    const phone = bad ? chances.pick(troublesome) : phoneOf(chances.whole(0, customers - 1));
    return { id, phone, document: documentOf(id, phone) };
  });
}

/** Finds the id of the order that a text is about, or null when it names none. */
export function orderIdIn(text: string): string | null {
  return /CHAOS-\d{6}/.exec(text)?.[0] ?? null;
}

function phoneOf(customer: number): string {
  const area = areas[Math.floor(customer / NUMBERS_PER_AREA)] ?? areas[0];
  return `+1${area}55501${String(customer % NUMBERS_PER_AREA).padStart(2, "0")}`;
}

function documentOf(id: string, phone: string): Order["document"] {
  return {
    id,
    status: "complete",
    channel: "web",
    currency: "USD",
    email: "josephine@example.com",
    placed_on: "2026-02-03T17:29:15.219Z",
    line_items: [{ product_id: "MUG-42", name: "Stoneware mug", quantity: 2, price: 14.5 }],
    shipping_address: {
      firstname: "Josephine",
      lastname: "Whitcombe",
      address1: "1600 Amphitheatre Terrace",
      zipcode: "20005",
      city: "Washington",
      state: "District of Columbia",
      country: "US",
      phone,
    },
  };
}
