import { type ErrorEntry, permanent } from "./error-entry.js";

/** Errors of looking at a connection's account and of entering addresses there. Part of the catalogue. */
export const connectionErrors = {
  CONNECTION_UNSEEN: permanent(
    422,
    "The connection's vendor cannot be asked about its account",
    "Nothing to do: connections of this connector are not looked at.",
  ),
  CONNECTION_UNHEALTHY: permanent(
    422,
    "Something is wrong with a connection's account",
    "Do what stands beside the message; it is looked at again by itself, and resolves itself.",
  ),
  PUBLIC_URL_MISSING: permanent(
    422,
    "This server has no public address",
    "Set PUBLIC_URL to the address by which the vendor reaches this server, and start it again.",
  ),
  SENDER_UNKNOWN: permanent(
    422,
    "The account has no such sender to enter addresses at",
    "Name senders as they are listed with the connection.",
  ),
  WEBHOOK_PLAN_CHANGED: permanent(
    409,
    "What would be entered at the vendor has changed meanwhile",
    "Look at the plan again, then carry it out.",
  ),
} as const satisfies Record<string, ErrorEntry>;
