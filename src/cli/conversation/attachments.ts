import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AttachmentView } from "../../api/contract/attachment.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const headings = ["ATTACHMENT", "CAME", "STATE", "TYPE", "SIZE", "WHY"];
const base = "/api/v1/attachments";

/** Lists files that came with messages, newest first. */
export async function listAttachments(
  filter: { limit: number; state: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const attachments = await client.list<AttachmentView>(base, filter);
  terminal.printJson({ items: attachments });
  if (attachments.length === 0) terminal.print("There are no such attachments.");
  else terminal.print(...table(terminal.paint, headings, attachments.map(toRow)));
}

/**
 * Saves a file, never over one that is there; in a folder under a name of our own. A folder that ends in a slash is made.
 * @throws FILE_UNWRITABLE
 */
export async function saveAttachment(id: string, to: string, { client, terminal }: CommandContext): Promise<void> {
  const path = `${base}/${encodeURIComponent(id)}`;
  const facts = await client.get<AttachmentView>(`${path}/facts`);
  const bytes = await client.download(path);
  const isNamedFolder = /[/\\]$/.test(to);
  const file = isNamedFolder || (await isFolder(to)) ? join(to, facts.fileName) : to;
  try {
    if (isNamedFolder) await mkdir(to, { recursive: true });
    await writeFile(file, bytes, { flag: "wx" });
  } catch (cause) {
    throw new PatchbayError("FILE_UNWRITABLE", `${file} cannot be written: ${String(cause)}`, { cause });
  }
  terminal.printJson({ file, bytes: bytes.length });
  terminal.print(`Saved ${sizeOf(bytes.length)} to ${file}. A stranger sent it: open it with care.`);
}

/** Has a file fetched that could not be. */
export async function fetchAttachment(id: string, { client, terminal }: CommandContext): Promise<void> {
  const attachment = await client.post<AttachmentView>(`${base}/${encodeURIComponent(id)}/fetch`, {});
  terminal.printJson(attachment);
  const isHere = attachment.state === "kept";
  terminal.print(
    isHere ? `The file is here: patchbay attachments save ${id}` : "The file is fetched again in a moment.",
  );
}

function toRow({ id, createdAt, state, contentType, bytes, failure }: AttachmentView): Cell[] {
  const shown: Cell = state === "missed" ? ["bad", state] : state;
  const why = state === "kept" ? "" : localInstants(failure?.message ?? "");
  return [id, localTime(createdAt), shown, contentType ?? "", bytes === null ? "" : sizeOf(bytes), why];
}

function sizeOf(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  return bytes < 1_048_576 ? `${Math.round(bytes / 1_024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
