import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Target } from "../load.js";
import type { OrderBook } from "../order.js";

/** Orders that are written to the connection at a time, about 60 KB. */
const AT_ONCE = 40;
const NDJSON = "application/x-ndjson";

/** One request with many orders, under way. */
export interface OrderStream {
  /** Orders that the connection has taken; a server that does not read takes what fits between. */
  readonly written: number;
  /** Resolves when all orders are written. */
  readonly sent: Promise<void>;
  /** Resolves with the answer when the server begins it. */
  readonly answer: Promise<IncomingMessage>;
}

/** Posts orders as lines of one request, no faster than they are taken. @param streamed Whether each is answered by itself. */
export function postLines(target: Target, book: OrderBook, { lines, streamed }: StreamPlan): OrderStream {
  const headers = { "Content-Type": NDJSON, ...(streamed ? { Accept: NDJSON } : {}) };
  const posted = request(target.origin + target.path, { method: "POST", headers });
  const answer = once(posted, "response").then(([response]) => response as IncomingMessage);
  let written = 0;
  const write = async (): Promise<void> => {
    while (written < lines) {
      const count = Math.min(AT_ONCE, lines - written);
      await writeLines(
        posted,
        Array.from({ length: count }, () => book.take().body),
      );
      written += count;
    }
    posted.end();
  };
  const sent = write();
  for (const promise of [sent, answer]) promise.catch(() => {}); // whoever waits learns it
  return {
    get written() {
      return written;
    },
    sent,
    answer,
  };
}

export interface StreamPlan {
  readonly lines: number;
  readonly streamed: boolean;
}

async function writeLines(posted: ClientRequest, bodies: readonly Buffer[]): Promise<void> {
  const text = Buffer.concat(bodies.flatMap((body) => [body, NEWLINE]));
  if (posted.destroyed) throw new Error("The server closed the connection before all orders were sent.");
  if (posted.write(text)) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([once(posted, "drain", { signal }), once(posted, "close", { signal })]);
  } finally {
    waiting.abort();
  }
}

const NEWLINE = Buffer.from("\n");

/** The end of an answer, whole: the counts of what became of the lines. @throws Error when not every order was created */
export async function requireAllCreated(answer: IncomingMessage, lines: number): Promise<void> {
  let end = "";
  answer.setEncoding("utf8");
  for await (const text of answer as AsyncIterable<string>) end = (end + text).slice(-MOST_KEPT);
  const counts = JSON.parse(end.trimEnd().split("\n").at(-1) ?? "") as { created: number };
  if (counts.created === lines) return;
  throw new Error(`Of ${lines} orders ${counts.created} were created (${answer.statusCode}): ${end.slice(0, 500)}`);
}

/** Of the outcomes of single lines only the last matter here. */
const MOST_KEPT = 1_048_576;
