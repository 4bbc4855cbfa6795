import type { Process } from "./process.js";

/** A place in a pace is kept for so long, in milliseconds: who comes for it late may come together with others. */
const KEPT_MS = 60_000;

interface Call {
  readonly recipient: string;
  readonly process: Process;
}

/** The calls of all processes as the vendor sees them: whom they are to, and how fast they come. */
export class Traffic {
  readonly #now: () => number;
  readonly #underWay = new Map<string, Call>();
  readonly #begunAt: number[] = [];
  readonly #violations: string[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A call arrives. */
  begin(effectId: string, call: Call): void {
    for (const [other, { recipient, process }] of this.#underWay) {
      if (recipient === call.recipient && !process.isDead)
        this.#violations.push(`${effectId} and ${other} are on their way to ${recipient} at the same time`);
    }
    this.#underWay.set(effectId, call);
    this.#begunAt.push(this.#now());
  }

  /** Nobody waits any more for the answers to a process that has died. */
  forget(dead: Process): void {
    for (const [effectId, { process }] of this.#underWay) if (process === dead) this.#underWay.delete(effectId);
  }

  /** Its caller has the answer. */
  end(effectId: string): void {
    this.#underWay.delete(effectId);
  }

  /** What should not have happened: two calls to one recipient at a time, or more calls than the pace allows. */
  violations(maxPerSecond: number | null): string[] {
    return [...this.#violations, ...(maxPerSecond === null ? [] : this.#hurried(maxPerSecond))];
  }

  /** No span of time sees more calls than its length times the pace, what the pace saves up, and the places kept before. */
  #hurried(perSecond: number): string[] {
    const saved = Math.max(1, perSecond / 10);
    return this.#begunAt.flatMap((from, first) => {
      const hurried = this.#begunAt.findIndex((at, index) => {
        const room = saved + ((at - from + KEPT_MS) * perSecond) / 1_000;
        return index >= first && index - first + 1 > Math.ceil(room);
      });
      return hurried === -1 ? [] : [`${hurried - first + 1} calls from ${from} to ${this.#begunAt[hurried]}`];
    });
  }
}
