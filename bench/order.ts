/** Digits of an order's number inside its id: every body has the same length. */
const DIGITS = 9;
const PREFIX = "BENCH-";
/** Area codes of the United States; the numbers are among those set aside for fiction (555-0100 to 555-0199). */
export const AREAS = (
  "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 " +
  "252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 " +
  "319 320 321 323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 " +
  "414 415 417 419 423 424 425 430 432 434 435 440 443 458 469 470 475 478 479"
).split(" ");

/** Gives out orders of about 1.5 KB, each with a number of its own; the id is the number with a prefix. */
export interface OrderBook {
  /** Number that the next order gets; all lower ones have been given out. */
  readonly next: number;
  /** Takes the next number and gives the body of its order, ready to post. */
  take(): { readonly number: number; readonly body: Buffer };
}

/**
 * Opens an order book whose first order has number 0. Its 10,000 customers come in turn: texts to one number wait for each
 * other, and with few numbers the wait would be measured, not the work.
 */
export function openOrderBook(): OrderBook {
  const template = Buffer.from(JSON.stringify(orderTemplate()));
  const idAt = template.indexOf(PREFIX) + PREFIX.length;
  const areaAt = template.indexOf("(202) 555-01") + 1;
  const lineAt = areaAt + "202) 555-01".length;
  let next = 0;
  return {
    get next() {
      return next;
    },
    take() {
      const number = next++;
      const body = Buffer.from(template);
      body.write(String(number).padStart(DIGITS, "0"), idAt, "latin1");
      body.write(AREAS[Math.floor(number / 100) % AREAS.length] ?? "202", areaAt, "latin1");
      body.write(String(number % 100).padStart(2, "0"), lineAt, "latin1");
      return { number, body };
    },
  };
}

/** The number of the order that a text is about, or null when the text names none. */
export function orderNumberIn(text: string): number | null {
  const at = text.indexOf(PREFIX);
  if (at === -1) return null;
  const number = Number(text.slice(at + PREFIX.length, at + PREFIX.length + DIGITS));
  return Number.isInteger(number) ? number : null;
}

/** An order as a shop sends it, with national phone number, so that translating it has to find the country. */
function orderTemplate(): object {
  const address = {
    firstname: "Josephine",
    lastname: "Whitcombe-Alvarez",
    address1: "1600 Amphitheatre Terrace",
    address2: "Apartment 12b",
    zipcode: "20005",
    city: "Washington",
    state: "District of Columbia",
    country: "US",
    phone: "(202) 555-0100",
  };
  return {
    id: PREFIX + "0".repeat(DIGITS),
    status: "complete",
    channel: "web",
    email: "josephine.whitcombe@example.com",
    currency: "USD",
    placed_on: "2026-02-03T17:29:15.219Z",
    token: "c9b1d07fa45e4be2",
    shipping_instructions: "Please ring twice and leave it with the porter when nobody answers.",
    totals: { item: 162.9, adjustment: 18.07, tax: 13.07, shipping: 5, payment: 180.97, order: 180.97 },
    line_items: [
      { product_id: "SPREE-T-SHIRT", name: "Classic T-shirt, heather grey, L", quantity: 2, price: 24.95 },
      { product_id: "ROR-MUG-0042", name: "Stoneware mug, 350 ml, glazed", quantity: 4, price: 14.5 },
      { product_id: "TOTE-XL-NAVY", name: "Canvas tote bag, navy, extra large", quantity: 1, price: 55 },
    ],
    adjustments: [
      { name: "District of Columbia sales tax", value: 13.07 },
      { name: "Shipping, two business days", value: 5 },
    ],
    shipping_address: address,
    billing_address: address,
    payments: [{ number: 63, status: "completed", amount: 180.97, payment_method: "Credit card" }],
  };
}
