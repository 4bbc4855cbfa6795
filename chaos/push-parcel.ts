import { request } from "undici";
import type { AcceptedView, BatchView } from "../src/api/contract/record.js";
import { isJsonObject } from "../src/core/json.js";
import type { Parcel } from "./parcels.js";
import type { Trouble } from "./trouble.js";

/** What a store knows: the orders it was told are taken, and how often it had to try. */
export interface StoreBook {
  /** Ids answered with 200 or 201. */
  readonly accepted: Set<string>;
  /** Requests that got no answer at all. */
  unanswered: number;
  /** Requests that were asked to come again. */
  postponed: number;
  /** Requests that were sent again although they had been answered well. */
  repeated: number;
}

/** Whom a store talks to. */
export interface Shop {
  /** Resolves with the server's URL as soon as it is up. */
  readonly up: () => Promise<string>;
  readonly book: StoreBook;
  readonly trouble: Trouble;
  /** When the store gives up, on the clock of `performance.now`; what was not taken by then stays so. */
  readonly until: number;
}

const PATH = "/api/v1/records/ecommerce/Order";
const ANSWER_MS = 10_000;
const LIFE_MS = 240_000;
const PAUSE_MS = 60;
const LONGEST_PAUSE_MS = 1_000;

type Verdict = "taken" | "again" | "no answer";

/** Opens a book in which nothing was told yet. */
export function openStoreBook(): StoreBook {
  return { accepted: new Set(), unanswered: 0, postponed: 0, repeated: 0 };
}

/**
 * Pushes a parcel until every order in it is answered for: no answer is no answer, however likely it is that the orders
 * arrived, so a store sends the same request again under the same key.
 *
 * @throws Error when the server refuses an order for good: no order of ours is wrong.
 */
export async function pushParcel(parcel: Parcel, shop: Shop): Promise<void> {
  if (parcel.repeat !== "at once") await pushUntilTaken(parcel, shop);
  else await Promise.all([pushUntilTaken(parcel, shop), pushUntilTaken(parcel, shop)]);
  if (parcel.repeat === "afterwards") await pushUntilTaken(parcel, shop);
  if (parcel.repeat !== "none") shop.book.repeated += 1;
}

async function pushUntilTaken(parcel: Parcel, shop: Shop): Promise<void> {
  const { book, trouble, until } = shop;
  let answers = 0;
  while (performance.now() < until) {
    trouble.signal.throwIfAborted();
    const key = parcel.key === null || answers === 0 ? parcel.key : `${parcel.key}-${answers}`;
    const { verdict, pauseMs } = await push({ ...parcel, key }, shop);
    if (verdict === "taken") return;
    if (verdict === "no answer") {
      book.unanswered += 1;
    } else {
      book.postponed += 1;
      answers += 1; // a half-taken parcel was answered: what is left is another request
    }
    await trouble.pause(pauseMs);
  }
}

async function push(parcel: Parcel, { up, book, trouble }: Shop): Promise<{ verdict: Verdict; pauseMs: number }> {
  const url = await trouble.within(LIFE_MS, up(), "Waiting for a life of the server");
  const answer = await post(`${url}${PATH}`, parcel);
  if (answer === null) return { verdict: "no answer", pauseMs: PAUSE_MS };
  const { status, text, retryAfter } = answer;
  const outcomes = parcel.form === "single" ? [{ index: 0, status }] : itemsOf(status, text);
  let taken = 0;
  for (const { index, status } of outcomes) {
    const order = parcel.orders[index];
    if (order === undefined || !isPassing(status)) throw refusal(status, text);
    if (status >= 300) continue;
    taken += 1;
    if (parcel.form !== "single" || isAbout(text, order.id)) book.accepted.add(order.id);
    else throw refusal(status, text);
  }
  if (taken === parcel.orders.length) return { verdict: "taken", pauseMs: 0 };
  return { verdict: "again", pauseMs: Math.min(LONGEST_PAUSE_MS, Number(retryAfter ?? 0) * 1_000 || PAUSE_MS) };
}

async function post(url: string, { form, orders, key }: Parcel) {
  const documents = orders.map(({ document }) => JSON.stringify(document));
  const content = form === "array" ? `[${documents.join(",")}]` : documents.join("\n");
  try {
    const { statusCode, headers, body } = await request(url, {
      method: "POST",
      headers: {
        "Content-Type": form === "lines" ? "application/x-ndjson" : "application/json",
        ...(key === null ? {} : { "Idempotency-Key": key }),
      },
      body: content,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    const retryAfter = headers["retry-after"];
    return { status: statusCode, text: await body.text(), retryAfter };
  } catch {
    return null; // the server died, or has died: the store cannot tell
  }
}

/** The outcome of every order of an array; of the whole request when it was not looked into. */
function itemsOf(status: number, text: string): readonly { readonly index: number; readonly status: number }[] {
  const body: unknown = JSON.parse(text);
  if (isJsonObject(body) && Array.isArray(body.items)) return (body as unknown as BatchView).items; // as the contract says
  return [{ index: 0, status }];
}

function isAbout(text: string, id: string): boolean {
  return (JSON.parse(text) as AcceptedView).key === id; // as the contract says
}

/** Taken, or to be sent again. */
function isPassing(status: number): boolean {
  return status === 200 || status === 201 || status === 429 || status === 503;
}

function refusal(status: number, text: string): Error {
  return new Error(`A push was answered with ${status}: ${text.slice(0, 1_000)}`);
}
