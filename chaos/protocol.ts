import type { Doom } from "./doom.js";

/** What a child process tells: where it listens. */
export interface Told {
  readonly kind: "ready";
  readonly url: string;
}

/** What a server is told: to begin its life, and to live on whatever its doom says. */
export type Asked = Beginning | { readonly kind: "spare" };

/** How a life begins. */
export interface Beginning {
  readonly kind: "begin";
  readonly doom: Doom | null;
  /** How long runs wait for a process that has died with them; null for as long as usual. */
  readonly leaseMs: number | null;
}

/** How a server ends by itself that could not start because its database was away: whoever keeps it starts it again. */
export const noDatabaseExitCode = 75;

/** Sends to the parent; a parent that has gone is no error, for this process is about to end as well. */
export function tellParent(told: Told): void {
  process.send?.(told, undefined, undefined, () => undefined);
}

/** Listens to the parent, and ends this process when the parent has gone. */
export function heedParent(heed: (asked: Asked) => void): void {
  process.on("message", (asked) => heed(asked as Asked)); // only our own parent has the other end
  process.on("disconnect", () => process.exit(0));
}
