import type { Store } from "../../src/core/store.js";

const HOUR_MS = 3_600_000;

/** What is wrong with the hourly schedule: a slot that was fired twice, or left out. */
export async function misfired(store: Store): Promise<string[]> {
  const { items } = await store.events.list({ kind: "schedule.due" }, { limit: 200 });
  const slots = items.map(({ payload }) => Date.parse(String(payload.scheduledAt))).sort((a, b) => a - b);
  return slots.slice(1).flatMap((slot, index) => {
    const gap = slot - (slots[index] ?? slot);
    return gap === HOUR_MS
      ? []
      : [`between two slots that were fired are ${gap} ms, at ${new Date(slot).toISOString()}`];
  });
}
