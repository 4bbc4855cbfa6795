import { once } from "node:events";
import type { CommandContext } from "../context.js";

/** Prints the whole ledger as the server gives it, without keeping it in memory. */
export async function exportConsents(format: "ndjson" | "csv", { client, terminal }: CommandContext): Promise<void> {
  for await (const chunk of client.stream("/api/v1/consent/export", { format })) {
    if (!terminal.stdout.write(chunk)) await once(terminal.stdout, "drain");
  }
}
