// A process of its own, so that what an attack costs its attacker does not slow down the stopwatch.
import { attacks, type Count, type Victim } from "./attacks.js";

const TELL_MS = 250;

process.once("message", ({ name, victim }: { name: string; victim: Victim }) => {
  const count: Count = { done: 0, answers: new Map() };
  // What cannot be told any more is told to nobody.
  setInterval(() => process.send?.({ done: count.done, answers: [...count.answers] }, () => undefined), TELL_MS);
  process.on("disconnect", () => process.exit(0));
  void attacks[name]?.(victim, count);
});
