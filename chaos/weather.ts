import { request } from "undici";
import type { AnswerFault, CallbackFault, Fault } from "../src/simulator/faults.js";
import { type Chances, openChances } from "./chances.js";
import type { FaultLevel } from "./options.js";
import type { Order } from "./orders.js";

/** Shares of orders whose call or whose callbacks go wrong in one way. */
type Mix<F> = readonly { readonly share: number; readonly fault: F }[];

/** A vendor that keeps a call waiting lets go of it after this; the server gives up earlier. */
const HOLD_MS = 20_000;

const answerMix: Mix<AnswerFault> = [
  { share: 0.02, fault: { kind: "timeout-after-send", holdMs: HOLD_MS } },
  { share: 0.02, fault: { kind: "timeout-before", holdMs: HOLD_MS } },
  { share: 0.04, fault: { kind: "status", status: 429, retryAfterSeconds: 1 } },
  { share: 0.02, fault: { kind: "status", status: 500 } },
  { share: 0.02, fault: { kind: "status", status: 500, afterSend: true } },
  { share: 0.015, fault: { kind: "reset" } },
  { share: 0.015, fault: { kind: "reset-after-send" } },
  { share: 0.01, fault: { kind: "garbage" } },
  { share: 0.03, fault: { kind: "slow", delayMs: 400 } },
];

const callbackMix: Mix<CallbackFault> = [
  { share: 0.03, fault: { kind: "lose-callbacks" } },
  { share: 0.05, fault: { kind: "duplicate-callbacks" } },
  { share: 0.05, fault: { kind: "reorder-callbacks" } },
];

const strength: Readonly<Record<FaultLevel, number>> = { none: 0, usual: 1, heavy: 3 };

/** Gives what goes wrong with an order's message: at most one fault of the call and one of its callbacks. */
export function faultsOf({ id }: Order, { seed, faults }: { seed: number; faults: FaultLevel }): readonly Fault[] {
  const chances = openChances(seed, `faults of ${id}`);
  const found = [drawn(answerMix, chances, strength[faults]), drawn(callbackMix, chances, strength[faults])];
  return found.filter((fault) => fault !== null).map((fault) => ({ ...fault, match: { body: `${id} ` } }));
}

function drawn<F>(mix: Mix<F>, chances: Chances, factor: number): F | null {
  let left = chances.next();
  for (const { share, fault } of mix) {
    left -= share * factor;
    if (left < 0) return fault;
  }
  return null;
}

/** Puts faults into the simulator, before the order they are meant for is pushed. */
export async function brew(faults: readonly Fault[], simulator: string): Promise<void> {
  for (const fault of faults) {
    await control(`${simulator}/simulator/faults`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fault),
    });
  }
}

/** From now on the vendor behaves. */
export async function clearSky(simulator: string): Promise<void> {
  await control(`${simulator}/simulator/faults`, { method: "DELETE" });
}

async function control(url: string, options: Parameters<typeof request>[1]): Promise<void> {
  const { statusCode, body } = await request(url, options);
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`the simulator answered ${statusCode}: ${text}`);
}
