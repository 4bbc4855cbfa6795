import { passing, permanent } from "./error-entry.js";

/** What can be wrong with what is asked of a broadcast. */
export const broadcastErrors = {
  BROADCAST_UNKNOWN: permanent(
    404,
    "There is no such broadcast",
    "Check the id; broadcasts are listed at /api/v1/broadcasts.",
  ),
  BROADCAST_STATE: permanent(
    409,
    "The broadcast is not in a state for that",
    "Look at it: a draft can be started, a running one paused or stopped, a paused one resumed or stopped.",
  ),
  BROADCAST_CHANGED: permanent(
    409,
    "The broadcast is not what was confirmed",
    "Preview it again, look at the numbers, and start it with what that preview gives as `confirm`.",
  ),
  BROADCAST_MOVED: passing(
    409,
    "The broadcast has moved on at this moment",
    "Look at it again, then send the request again.",
  ),
} as const;
