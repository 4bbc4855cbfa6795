import { request } from "undici";
import type { FaultMix, MixedFault } from "../src/simulator/fault-mix.js";
import type { ListSettings } from "../src/simulator/list-settings.js";
import type { FaultLevel } from "./options.js";
import { getOne } from "./patchbay-api.js";

/** A vendor that keeps a call waiting lets go of it after this; the server gives up earlier. */
const HOLD_MS = 20_000;

/**
 * What goes wrong with which share of calls, and with which share of messages' callbacks. A 429 is rarer than the others:
 * after it the server calls nobody for a second or two, and that is felt by all.
 */
const usualFaults: readonly MixedFault[] = [
  { kind: "timeout-after-send", holdMs: HOLD_MS, share: 0.02 },
  { kind: "timeout-before", holdMs: HOLD_MS, share: 0.02 },
  { kind: "status", status: 429, retryAfterSeconds: 1, share: 0.007 },
  { kind: "status", status: 500, share: 0.02 },
  { kind: "status", status: 500, afterSend: true, share: 0.02 },
  { kind: "reset", share: 0.015 },
  { kind: "reset-after-send", share: 0.015 },
  { kind: "garbage", share: 0.01 },
  { kind: "slow", delayMs: 400, share: 0.03 },
  { kind: "lose-callbacks", share: 0.03 },
  { kind: "delay-callbacks", delayMs: 1_500, share: 0.03 },
  { kind: "duplicate-callbacks", share: 0.05 },
  { kind: "reorder-callbacks", share: 0.05 },
];

const strength: Readonly<Record<FaultLevel, number>> = { none: 0, usual: 1, heavy: 3 };

/** How long the vendor's list of messages lags behind: a message that was just taken is not in it yet. */
const LIST_LAG_MS = 300;

/** Begins the vendor's misbehaviour; the same seed gives the same to the same calls. */
export async function brewWeather(
  simulator: string,
  { seed, faults }: { seed: number; faults: FaultLevel },
): Promise<void> {
  if (faults === "none") return;
  const stronger = usualFaults.map((fault) => ({ ...fault, share: fault.share * strength[faults] }));
  const mix: FaultMix = { seed, faults: stronger };
  const list: Partial<ListSettings> = { visibleAfterMs: LIST_LAG_MS };
  await control("PUT", `${simulator}/simulator/faults/mix`, mix);
  await control("PUT", `${simulator}/simulator/list`, list);
}

/** From now on the vendor answers every call well, and its callbacks come. */
export async function clearSky(simulator: string): Promise<void> {
  await control("DELETE", `${simulator}/simulator/faults`, null);
}

/** What the simulator has counted. */
export interface VendorCounts {
  /** Messages that are on their way or have callbacks to be made. */
  readonly underway: number;
  /** How often each fault has struck. */
  readonly struck: Readonly<Record<string, number>>;
}

export function readCounts(simulator: string): Promise<VendorCounts> {
  return getOne(`${simulator}/simulator/counts`);
}

async function control(method: "PUT" | "DELETE", url: string, content: object | null): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const options = content === null ? { method } : { method, headers, body: JSON.stringify(content) };
  const { statusCode, body } = await request(url, options);
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`${method} ${url} answered ${statusCode}: ${text}`);
}
