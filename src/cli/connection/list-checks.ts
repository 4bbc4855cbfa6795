import type { PastCheckView } from "../../api/contract/connection-history.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";
import { pathOf } from "./switch-connection.js";

const headings = ["LOOKED AT", "BECAUSE", "TOOK", "HEALTH", "WHAT WAS WRONG"];
const tones = { fine: "good", warnings: "careful", problems: "bad", unknown: "careful" } as const;
const occasions = { regular: "its time had come", asked: "somebody asked", entered: "addresses were entered" };

/** Lists how a connection was found, newest first. */
export async function listChecks(
  name: string,
  { trouble, limit }: { trouble: boolean; limit: number },
  { client, terminal }: CommandContext,
): Promise<void> {
  const query = { limit, ...(trouble ? { trouble: "true" } : {}) };
  const checks = await client.list<PastCheckView>(`${pathOf(name)}/checks`, query);
  terminal.printJson({ items: checks });
  if (checks.length > 0) terminal.print(...table(terminal.paint, headings, checks.flatMap(toRows)));
  else if (trouble) terminal.print(`No look at ${name} that is kept has found anything wrong.`);
  else terminal.print(`Nobody has looked at ${name} yet: patchbay connection show ${name} --check`);
}

/** A line for each thing that was wrong, with what to do under it; one line when nothing was. */
function toRows({ at, occasion, tookMs, health, concerns, more }: PastCheckView): Cell[][] {
  const [first, ...rest] = concerns.flatMap(({ message, remedy }) => [
    localInstants(message),
    `What to do: ${localInstants(remedy)}`,
  ]);
  const others = [...rest, ...(more === 0 ? [] : [`and ${more} more`])];
  return [
    [localTime(at), occasions[occasion], `${tookMs} ms`, [tones[health], health], first ?? ""],
    ...others.map((text): Cell[] => ["", "", "", "", ["faint", text]]),
  ];
}
