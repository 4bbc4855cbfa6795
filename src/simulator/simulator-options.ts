import { randomBytes } from "node:crypto";
import { PatchbayError } from "../core/errors.js";
import { type Account, demoAccount } from "./accounts.js";
import type { DeliveryDelays } from "./deliveries.js";
import { magicSender, type Outcome } from "./magic-numbers.js";
import type { SimulatedMessage } from "./simulated-message.js";
import { firstTemplates, type TemplateDraft } from "./simulated-templates.js";
import type { InboundUrls } from "./virtual-text.js";

/** How a simulator is started; everything has a default. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Who may use it; the demo account when not given. */
  readonly accounts?: readonly Account[];
  /**
   * Bench mode: every create is counted and answered at once with a message of constant size; it is neither judged nor
   * kept nor delivered, and there are no faults.
   */
  readonly bare?: boolean;
  /** How long the API takes to begin with a request. Default 0. */
  readonly latencyMs?: number;
  /** Time between a message's statuses. Default 50, 200 and 600 ms: quick, but a person can follow it. */
  readonly deliveryDelaysMs?: Partial<DeliveryDelays>;
  /** Numbers that may be used as From besides the magic one; messaging services pick the first. */
  readonly ownedNumbers?: readonly string[];
  /** Where messages that virtual phones write are handed over; null for nowhere yet. */
  readonly inboundUrls?: InboundUrls | null;
  /** What becomes of a message after it was queued; null for what its recipient says, see magic-numbers.ts. */
  readonly foretell?: (message: SimulatedMessage) => Outcome | null;
  /** Content templates that there are from the beginning. */
  readonly templates?: readonly TemplateDraft[];
  readonly now?: () => Date;
  /** Gives that many random bytes; SIDs and idempotency tokens are made of them. */
  readonly random?: (size: number) => Uint8Array;
}

/** Options with nothing left out. */
export interface CompleteOptions extends Required<SimulatorOptions> {
  readonly deliveryDelaysMs: DeliveryDelays;
  readonly firstAccount: Account;
}

const defaultDelays: DeliveryDelays = Object.freeze({ queued: 50, sent: 200, delivered: 600 });
const LONGEST_MS = 600_000;

/**
 * Fills in what was left out.
 *
 * @throws CONFIG_INVALID naming the option and what it should be.
 */
export function completeOptions(options: SimulatorOptions): CompleteOptions {
  const accounts = options.accounts ?? [demoAccount];
  const deliveryDelaysMs = { ...defaultDelays, ...options.deliveryDelaysMs };
  const latencyMs = options.latencyMs ?? 0;
  for (const [name, value] of Object.entries({ latencyMs, ...deliveryDelaysMs })) {
    if (!(value >= 0 && value <= LONGEST_MS)) throw invalid(name, `is ${value}, not 0 to ${LONGEST_MS} milliseconds`);
  }
  return {
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    accounts,
    firstAccount: checkAccounts(accounts),
    bare: options.bare ?? false,
    latencyMs,
    deliveryDelaysMs,
    ownedNumbers: options.ownedNumbers ?? [magicSender],
    inboundUrls: options.inboundUrls ?? null,
    ...contentsOf(options),
    now: options.now ?? (() => new Date()),
    random: options.random ?? randomBytes,
  };
}

/** What there is from the beginning, and what becomes of what comes. */
function contentsOf({
  foretell = () => null,
  templates = firstTemplates,
}: SimulatorOptions): Pick<CompleteOptions, "foretell" | "templates"> {
  return { foretell, templates };
}

function checkAccounts(accounts: readonly Account[]): Account {
  for (const { accountSid, authToken } of accounts) {
    if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid)) {
      throw invalid("accounts", `has ${accountSid}, not AC and 32 hex digits`);
    }
    if (authToken === "") throw invalid("accounts", `has no auth token for ${accountSid}`);
  }
  const [first] = accounts;
  if (!first) throw invalid("accounts", "is empty; leave it out for the demo account");
  return first;
}

function invalid(option: string, problem: string): PatchbayError {
  return new PatchbayError("CONFIG_INVALID", `The simulator's ${option} ${problem}`, {
    remedy: "Correct the simulator's option named in the message.",
  });
}
