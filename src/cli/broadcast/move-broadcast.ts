import type { BroadcastView } from "../../api/contract/broadcast.js";
import type { CommandContext } from "../context.js";
import { broadcastPath } from "./broadcast-path.js";

/** Pauses, resumes or stops a broadcast. */
export async function moveBroadcast(
  id: string,
  move: "pause" | "resume" | "stop",
  { client, terminal }: CommandContext,
): Promise<void> {
  const moved = await client.post<BroadcastView>(broadcastPath(id, `/${move}`), {});
  terminal.printJson({ broadcast: moved });
  const what = {
    pause: `is paused: nobody more is called. Go on: patchbay broadcast resume ${id}`,
    resume: "goes on where it was.",
    stop: "is stopped: who was started and has not been called gets nothing.",
  }[move];
  terminal.print(`Broadcast ${id} ${what}`);
}
