import type { CallContext, CallResult, Connection, Connector, Finding, Search } from "../../src/core/connector.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { JsonObject } from "../../src/core/json.js";
import type { MessageReport } from "../../src/core/message.js";
import { accepted, reportOf, ScriptedVendor } from "./parts.js";
import type { Process } from "./process.js";

/** How the vendor takes a call; `lost-sent` and `lost-unsent` look the same from outside. */
export const outcomes = ["accepted", "refused", "busy", "unreachable", "lost-sent", "lost-unsent"] as const;
export type VendorOutcome = (typeof outcomes)[number];

/** What the vendor really sent. */
export interface Sent {
  readonly sid: string;
  readonly effectId: string;
  /** Recipient and text. */
  readonly content: string;
  readonly at: number;
}

/** Who is told of a call: when the vendor begins to take it, and when its caller has the answer. */
export interface Witness {
  readonly before: (effectId: string, recipient: string) => Promise<void>;
  readonly after: (effectId: string) => void;
}

/** A vendor that knows what it has sent, whatever it has told us, and that answers truthfully when it is asked. */
export class ModelVendor {
  readonly sent: Sent[] = [];
  /** How the next calls come out; accepted without one. */
  readonly outcomes: VendorOutcome[] = [];
  /** Whether the next questions fail. */
  readonly deafness: boolean[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The vendor as one process reaches it: a call of one that is dead never arrives. */
  reachedFrom(process: Process, witness: Witness): Reached {
    const connection: Connection = {
      ...new ScriptedVendor().connection,
      send: async (_endpoint, request, context) => {
        await process.step();
        await witness.before(context.effectId, String(request.to));
        const answer = this.#take(request, context);
        await process.answered();
        witness.after(context.effectId);
        return answer();
      },
      find: async (_endpoint, request, search) => {
        await process.step();
        // What it asks the store meanwhile is under way by itself: a process may die there as well.
        const finding = this.deafness.shift() ? null : await this.#find(request, search);
        await process.step();
        if (finding === null) throw new PatchbayError("ENDPOINT_UNREACHABLE", "down");
        return finding;
      },
    };
    return { connector: new ScriptedVendor().connector, connection };
  }

  #take(request: JsonObject, { effectId }: CallContext): () => CallResult {
    const outcome = this.outcomes.shift() ?? "accepted";
    const sid = `SM${this.sent.length + 1}`;
    if (outcome === "accepted" || outcome === "lost-sent") {
      this.sent.push({ sid, effectId, content: contentOf(request), at: this.#now() });
    }
    return () => {
      if (outcome === "accepted") return accepted(sid);
      throw failures[outcome]();
    };
  }

  async #find(request: JsonObject, { since, isTaken }: Search): Promise<Finding> {
    const content = contentOf(request);
    const found: Sent[] = [];
    for (const sent of this.sent) {
      const fits = sent.content === content && sent.at >= since.getTime();
      if (fits && !(await isTaken(sent.sid))) found.push(sent);
    }
    if (found.length > 1) return "unclear";
    return found[0] === undefined ? "absent" : { ...accepted(found[0].sid), report: fateOf(found[0]) };
  }
}

/** What a catalog needs of a vendor. */
export interface Reached {
  readonly connector: Connector;
  readonly connection: Connection;
}

const lost = (): PatchbayError => new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", "no answer");

const failures: Record<Exclude<VendorOutcome, "accepted">, () => PatchbayError> = {
  refused: () => new PatchbayError("ENDPOINT_REFUSED", "not that number"),
  busy: () => new PatchbayError("ENDPOINT_BUSY", "slow down", { retryAfterMs: 3_000 }),
  unreachable: () => new PatchbayError("ENDPOINT_UNREACHABLE", "down"),
  "lost-sent": lost,
  "lost-unsent": lost,
};

/** What has become of a message when it is found: of some nothing yet, the others have arrived or not. */
function fateOf({ sid, effectId }: Sent): MessageReport | null {
  const status = (["delivered", "undelivered", null] as const)[Number(sid.slice(2)) % 3] ?? null;
  if (status === null) return null;
  return { ...reportOf(effectId, status), effectId: null, vendorId: sid, dedupeKey: `${sid}:${status}` };
}

function contentOf({ to, body }: JsonObject): string {
  return `${to} ${body}`;
}
