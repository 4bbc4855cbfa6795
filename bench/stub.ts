import { fileURLToPath } from "node:url";
import type { Household } from "./household.js";
import type { StubAccount, StubAnswer, StubQuestion } from "./stub-protocol.js";

/** The Twilio stub as the bench sees it. Order numbers: `from` up to before `to`. */
export interface Stub {
  readonly port: number;
  readonly pid: number;
  /** Texts since the stub started, and when that was counted. */
  count(): Promise<{ texts: number; atMs: number }>;
  /** When the text about each order arrived. */
  arrivals(from: number, to: number): Promise<readonly (number | null)[]>;
  /** Has each text answered only after so long. */
  delay(delayMs: number): Promise<void>;
  /** How the texts add up with the orders of a range, as things stand now. */
  account(from: number, to: number): Promise<StubAccount>;
  /**
   * Waits until every order of the range has its text, and every report about one has been taken.
   * @throws Error when one is missing and none has come for 20 s, or an order got a second text, a text names no order, or a
   * report was refused.
   */
  settle(from: number, to: number): Promise<void>;
}

type Question = StubQuestion extends infer Each ? (Each extends StubQuestion ? Omit<Each, "id"> : never) : never;

const ANSWER_MS = 10_000;
const SETTLE_MS = 20_000;
const LOOK_EVERY_MS = 25;

/** Starts the stub in a process of its own. */
export async function startStub(household: Household): Promise<Stub> {
  const script = fileURLToPath(new URL("./twilio-stub.js", import.meta.url));
  const { process: child, pid } = household.start({ title: "The Twilio stub", script, channel: true });
  const port = await household.within(ANSWER_MS, portOf(child), "Starting the Twilio stub");
  let lastId = 0;
  const ask = <Answer extends StubAnswer>(question: Question): Promise<Answer> => {
    const id = ++lastId;
    const answer = new Promise<Answer>((resolve) => {
      const listen = (message: StubAnswer): void => {
        if (message.id !== id) return;
        child.off("message", listen);
        resolve(message as Answer);
      };
      child.on("message", listen);
      child.send({ ...question, id });
    });
    return household.within(ANSWER_MS, answer, "An answer of the Twilio stub");
  };
  const account = async (from: number, to: number): Promise<StubAccount> =>
    (await ask<{ id: number; account: StubAccount }>({ ask: "account", from, to })).account;
  return {
    port,
    pid,
    count: () => ask<{ id: number; texts: number; atMs: number }>({ ask: "count" }),
    arrivals: async (from, to) =>
      (await ask<{ id: number; arrivals: (number | null)[] }>({ ask: "arrivals", from, to })).arrivals,
    delay: async (delayMs) => void (await ask({ ask: "delay", delayMs })),
    account,
    settle: async (from, to) => {
      let found = await account(from, to);
      let left = openIn(found);
      for (let waitedMs = 0; left > 0 && waitedMs < SETTLE_MS; waitedMs += LOOK_EVERY_MS) {
        await household.pause(LOOK_EVERY_MS);
        found = await account(from, to);
        if (openIn(found) < left) waitedMs = 0;
        left = openIn(found);
      }
      requireOneEach(found, to - from);
    },
  };
}

/** Waits for a child's first message, which says where it listens. */
export function portOf(child: {
  once(event: "message", listener: (message: unknown) => void): unknown;
}): Promise<number> {
  return new Promise((resolve) => {
    child.once("message", (message) => resolve((message as { port: number }).port));
  });
}

/** What is still to come: texts, and reports about those that came. */
function openIn({ missing, reports }: StubAccount): number {
  return missing + reports.pending;
}

function requireOneEach({ missing, repeated, strangers, firstMissing, reports }: StubAccount, orders: number): void {
  if (reports.refused > 0 || reports.pending > 0) {
    const { taken, refused, pending, firstRefusal } = reports;
    throw new Error(
      `Of the vendor's reports ${taken} were taken, ${refused} refused (${firstRefusal}), ${pending} wait.`,
    );
  }
  if (missing === 0 && repeated === 0 && strangers === 0) return;
  const first = firstMissing === null ? "" : ` (the first is number ${firstMissing})`;
  throw new Error(
    `One order, one message does not hold: of ${orders} accepted orders ${missing} have no text${first}, ` +
      `${repeated} have more than one, and ${strangers} texts name no order.`,
  );
}
