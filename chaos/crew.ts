import { openChances } from "./chances.js";
import { type DoomedRole, openDoomDeck } from "./doom.js";
import { type LifePlan, type Lives, startLives } from "./lives.js";
import type { Options } from "./options.js";

/** All processes under test: one that does everything, or several that share the work and the database. */
export interface Crew {
  readonly members: readonly Lives[];
  /** Where the next request goes: each process that takes requests and is up, in turn; null when none is. */
  url(): string | null;
  /** The same, as soon as one is up. */
  up(): Promise<string>;
  /** Everybody may live on. */
  spare(): void;
  /** Ends everybody, for good. */
  stop(): void;
}

/** What every member is started with. */
export type CrewPlan = Omit<LifePlan, "name" | "deck">;

/** Starts everybody that the options ask for. */
export function startCrew(options: Options, plan: CrewPlan): Crew {
  const doors = options.store === "sqlite" ? startRole("all", options, plan) : startRole("api", options, plan);
  const members = options.store === "sqlite" ? doors : [...doors, ...startRole("worker", options, plan)];
  let turn = 0;
  const url = (): string | null => {
    for (let tries = 0; tries < doors.length; tries++) {
      const found = doors[turn++ % doors.length]?.url() ?? null;
      if (found !== null) return found;
    }
    return null;
  };
  return {
    members,
    url,
    up: async () => url() ?? (await Promise.race(doors.map((door) => door.up()))),
    spare: () => {
      for (const member of members) member.spare();
    },
    stop: () => {
      for (const member of members) member.stop();
    },
  };
}

function startRole(role: DoomedRole, { orders, killEveryMs, seed, ...options }: Options, plan: CrewPlan): Lives[] {
  const count = { all: 1, api: options.apis, worker: options.workers }[role];
  const chances = openChances(seed, role === "all" ? "dooms" : `dooms of ${role}`);
  const deck = killEveryMs === null ? null : openDoomDeck(chances, Math.ceil(orders / count), role);
  return Array.from({ length: count }, (_, index) => {
    const name = role === "all" ? "server" : `${role} ${index + 1}`;
    return startLives({ ...plan, name, deck, environment: { ...plan.environment, ROLE: role } });
  });
}
