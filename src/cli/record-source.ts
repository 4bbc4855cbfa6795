import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { PatchbayError } from "../core/errors.js";
import type { CommandContext } from "./context.js";

type Reading = Pick<CommandContext, "terminal" | "stop">;

/** Where records are read from. */
export interface RecordSource {
  readonly chunks: AsyncIterable<Uint8Array | string>;
  readonly ndjson: boolean;
  /** How much of it has been read, from 0 to 1; null when its size is not known. */
  part(): number | null;
}

/**
 * Opens a file, or standard input for `-`. Reading rejects as soon as the process is asked to stop.
 * @throws FILE_UNREADABLE
 */
export async function openRecordSource(file: string, { terminal, stop }: Reading): Promise<RecordSource> {
  if (file === "-") {
    if (terminal.stdin.isTTY === true) terminal.note("Reading records from standard input; end with Ctrl-D.");
    return { chunks: addAbortSignal(stop, terminal.stdin), ndjson: false, part: () => null };
  }
  const size = await sizeOf(file);
  let read = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(file, { signal: stop })) {
      const bytes = chunk as Uint8Array;
      read += bytes.length;
      yield bytes;
    }
  }
  return { chunks: chunks(), ndjson: /\.(ndjson|jsonl)$/i.test(file), part: () => (size === 0 ? null : read / size) };
}

async function sizeOf(file: string): Promise<number> {
  const facts = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "there is no such file" : (cause.code ?? cause.message);
    throw new PatchbayError("FILE_UNREADABLE", `${file} cannot be read: ${reason}`, { cause });
  });
  if (!facts.isDirectory()) return facts.size;
  throw new PatchbayError("FILE_UNREADABLE", `${file} is a folder, not a file`);
}
