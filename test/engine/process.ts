import type { EngineParts } from "../../src/engine/engine-parts.js";

/** Counts what the processes of one world have under way outside of the engine: in the store and in translation. */
export interface Bustle {
  underWay: number;
}

/**
 * A process that can die between any two of its steps: before or after anything it asks of the store, of translation or of
 * the vendor. What it has under way then never goes on; only a vendor's answer may reach it later, if it was only paused.
 */
export class Process {
  readonly #bustle: Bustle;
  #dead = false;
  /** Steps until it dies; null for none. */
  #stepsLeft: number | null = null;
  /** Whether it dies when the vendor has taken its next call, before it hears so. */
  #diesUnheard = false;
  #keepsAnswers = false;
  readonly #answers: (() => void)[] = [];

  constructor(bustle: Bustle) {
    this.#bustle = bustle;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /**
   * Lets it die after so many more steps, or when the vendor has its next call.
   *
   * @param keepsAnswers Whether answers under way may reach it later.
   */
  dieAfter(steps: number | "call", keepsAnswers: boolean): void {
    if (steps === "call") this.#diesUnheard = true;
    else this.#stepsLeft = steps;
    this.#keepsAnswers = keepsAnswers;
  }

  /** Lets the vendor's answers come in that it did not live to see. */
  wake(): void {
    this.#dead = false;
    this.#diesUnheard = false;
    this.#stepsLeft = null;
    for (const answer of this.#answers.splice(0)) answer();
  }

  /** One step; never returns in a dead process. */
  async step(): Promise<void> {
    if (this.#stepsLeft !== null && this.#stepsLeft-- <= 0) this.#dead = true;
    if (this.#dead) await new Promise<never>(() => {});
  }

  /** A vendor's answer comes in. */
  async answered(): Promise<void> {
    if (this.#diesUnheard) this.#dead = true;
    if (this.#dead) {
      await new Promise<void>((resolve) => {
        if (this.#keepsAnswers) this.#answers.push(resolve);
      });
    }
  }

  /** Work outside of the engine, with a step before and behind. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    await this.step();
    this.#bustle.underWay++;
    try {
      return await work();
    } finally {
      this.#bustle.underWay--;
      await this.step();
    }
  }

  /** The same parts, as far as this process can reach them. */
  reach(parts: EngineParts): EngineParts {
    return { ...parts, store: this.#reach(parts.store), translation: this.#reach(parts.translation) };
  }

  #reach<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name === "check" && typeof value === "function") return value.bind(target);
        if (typeof value === "function") return (...given: unknown[]) => this.through(() => value.apply(target, given));
        return typeof value === "object" && value !== null ? this.#reach(value) : value;
      },
    });
  }
}

/** Resolves when nothing is under way outside of the engine, and so nothing inside. */
export async function quiet(bustle: Bustle): Promise<void> {
  for (let still = 0; still < 2; ) {
    await new Promise((resolve) => setImmediate(resolve));
    still = bustle.underWay === 0 ? still + 1 : 0;
  }
}
