/** What a child process tells: where it listens, and that the last delivery of the simulator has ended. */
export type Told = { readonly kind: "ready"; readonly url: string } | { readonly kind: "settled" };

/** What a child process is told: to live on whatever its doom says, or to say when nothing is on its way any more. */
export type Asked = { readonly kind: "spare" } | { readonly kind: "settle" };

/** Environment variable that carries a server's doom. */
export const doomVariable = "CHAOS_DOOM";

/** Sends to the parent; a parent that has gone is no error, for this process is about to end as well. */
export function tellParent(told: Told): void {
  process.send?.(told, undefined, undefined, () => undefined);
}

/** Listens to the parent, and ends this process when the parent has gone. */
export function heedParent(heed: (asked: Asked) => void): void {
  process.on("message", (asked) => heed(asked as Asked)); // only our own parent has the other end
  process.on("disconnect", () => process.exit(0));
}
