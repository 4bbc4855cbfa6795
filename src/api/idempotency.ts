import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { KeptAnswer } from "../core/kept-answer.js";
import type { Store } from "../core/store.js";
import type { Answer } from "./route.js";

/** A request that names itself by an `Idempotency-Key`. */
export interface NamedRequest {
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array;
}

/** Performs a named request once, and gives its answer every time. */
export type Once = <Body extends object>(
  request: NamedRequest,
  perform: () => Promise<Answer<Body>>,
) => Promise<Answer<Body>>;

/** How long a process that has died keeps the others from performing its request, in milliseconds. */
const HELD_MS = 60_000;

/**
 * Keeps answers by `Idempotency-Key`: the same request again gets the stored answer and the header
 * `Idempotency-Replayed: true`; requests with one key are taken one after the other. Only the answer of a request
 * that changed something is kept, so that what was refused can be corrected and sent under the same key; one that says
 * that a part was not taken for now is not kept either.
 *
 * Where several processes share the store, one that has a request in hand keeps the others from performing it.
 *
 * @throws IDEMPOTENCY_KEY_REUSED when the key was used for another method, path or body; SERVER_OVERLOADED while another
 *   process performs it: its answer is there a moment later.
 */
export function createOnce(store: Pick<Store, "answers" | "commit" | "leases" | "exclusive" | "now">): Once {
  const underWay = new Map<string, Promise<unknown>>();
  const holder = randomBytes(8).toString("hex");
  return async (request, perform) => {
    const requestHash = hashOf(request);
    while (underWay.has(request.key)) await underWay.get(request.key);
    const done = store.exclusive ? answerOnce() : answerAlone();
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    underWay.set(request.key, settled);
    try {
      return await done;
    } finally {
      underWay.delete(request.key);
    }

    async function answerAlone(): ReturnType<typeof perform> {
      const name = `answer ${request.key}`;
      const at = store.now();
      const isMine = await store.leases.take(name, holder, { until: new Date(at + HELD_MS), now: new Date(at) });
      if (!isMine) {
        const details = { retryAfterMs: 1_000 };
        throw new PatchbayError("SERVER_OVERLOADED", "Another process is answering this request now", details);
      }
      try {
        return await answerOnce();
      } finally {
        // What is not given back ends by itself.
        await store.leases.release(name, holder).catch(() => undefined);
      }
    }

    async function answerOnce(): ReturnType<typeof perform> {
      const kept = await store.answers.get(request.key);
      if (kept !== null) return replay(kept, requestHash);
      const answer = await perform();
      if (answer.status < 300 && !isPartial(answer))
        await store.commit([{ kind: "answer-kept", answer: toKept(request, requestHash, answer) }]);
      return answer;
    }
  };
}

/**
 * Gives the `Idempotency-Key` of a request, or null when it has none.
 * @throws REQUEST_INVALID when it is not 1 to 255 printable ASCII characters.
 */
export function idempotencyKeyOf({ headers }: IncomingMessage): string | null {
  const key = headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[!-~]{1,255}$/.test(key)) return key;
  throw new PatchbayError("REQUEST_INVALID", "Idempotency-Key is 1 to 255 printable ASCII characters without spaces");
}

/** Whether part of the request is to be sent again: then its answer is not the last one. */
function isPartial({ body }: Answer<object>): boolean {
  return "sendAgainFrom" in body;
}

function hashOf({ method, url, body }: NamedRequest): string {
  return createHash("sha256").update(`${method} ${url}\n`).update(body).digest("hex");
}

function toKept({ key }: NamedRequest, requestHash: string, { status, body }: Answer<object>): KeptAnswer {
  return { key, requestHash, status, body: body as JsonObject, createdAt: new Date() };
}

function replay<Body extends object>(kept: KeptAnswer, requestHash: string): Answer<Body> {
  if (kept.requestHash !== requestHash) {
    throw new PatchbayError("IDEMPOTENCY_KEY_REUSED", `Idempotency-Key ${kept.key} was used for another request`);
  }
  // What was kept is what an earlier answer of this kind was.
  return { status: kept.status, body: kept.body as Body, headers: { "Idempotency-Replayed": "true" } };
}
