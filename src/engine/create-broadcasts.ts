import {
  createBroadcast,
  pauseBroadcast,
  requireBroadcast,
  requireState,
  resumeBroadcast,
  startBroadcast,
  stopBroadcast,
} from "./broadcasts.js";
import type { Broadcasts } from "./engine.js";
import type { Planning } from "./planning.js";
import { previewBroadcast } from "./preview-broadcast.js";

/** What people do with broadcasts. */
export function createBroadcasts(planning: () => Planning): Broadcasts {
  return {
    create: (order) => createBroadcast(order, planning()),
    preview: async (id) => {
      const broadcast = await requireBroadcast(id, planning());
      requireState(broadcast, ["draft"], "previewed");
      return previewBroadcast(broadcast, planning());
    },
    start: (id, confirm) => startBroadcast(id, confirm, planning()),
    pause: (id) => pauseBroadcast(id, planning()),
    resume: (id) => resumeBroadcast(id, planning()),
    stop: (id) => stopBroadcast(id, planning()),
  };
}
