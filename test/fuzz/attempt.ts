/** One request that is tried, complete enough to be tried again on another server: what a fixture holds. */
export interface Attempt {
  /** What was played with. */
  readonly kind: string;
  readonly method: string;
  /**
   * `<shopify>`, `<woocommerce>` and `<twilio>` in it stand for the paths of those webhooks, `<state>` for that of somebody who is at
   * the sign-in provider at this moment; `<kept>` in a header then is what the browser keeps meanwhile.
   */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `<bundle>` in it stands for the address at which `bundle` is served. */
  readonly body?: string;
  /** How often `body` is sent, one behind the other; once when absent. */
  readonly repeat?: number;
  /** What lies at `<bundle>`, in base64; and what the sign-in provider answers. */
  readonly bundle?: string;
  /** Whose signature is put under the body. */
  readonly sign?: "shopify" | "woocommerce" | "twilio";
}

/** What came of it. */
export interface Outcome {
  /** Null when nothing came, or nothing that is HTTP. */
  readonly status: number | null;
  readonly elapsedMs: number;
  /** Processor time of the server meanwhile; null where it cannot be read. */
  readonly cpuMs: number | null;
  readonly text: string;
}

/** Says what is wrong with an outcome; null when nothing is. */
export function faultOf({ status, elapsedMs, cpuMs, text }: Outcome): string | null {
  // Processor time, because other work on this machine makes every request slow.
  if (cpuMs !== null && cpuMs > MOST_MS) return `the server worked for ${Math.round(cpuMs)} ms`;
  if (elapsedMs > MOST_WAIT_MS) return `no answer within ${MOST_WAIT_MS} ms`;
  if (status !== null && status >= 500 && !(status === 503 && /^retry-after:/im.test(text))) {
    return `it was answered with ${status}: ${text.slice(-500)}`;
  }
  return null;
}

const MOST_MS = 2_000;
/** What makes a process of its own for an answer waits long for it on a busy machine. */
export const MOST_WAIT_MS = 60_000;
