import { PatchbayError } from "../../core/errors.js";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import type { Overlay } from "../../core/overlay.js";
import type { CollectionFiles } from "../installer.js";
import { parseText } from "../parse-text.js";
import { createProblemList } from "../problem-list.js";
import { MANIFEST_FILE } from "../read-draft.js";
import type { FileEdit } from "./local-change.js";

const folders = ["flows", "translators", "schemas", "samples", "tests"] as const;
/** What of the manifest is the author's word, on which others rely. */
const authored = ["name", "version", "requires"] as const;

/**
 * Gives the changes of a collection with one more, or one less.
 *
 * @param published The collection's own files.
 * @throws OVERLAY_FORBIDDEN for what is not changed here, but by the author
 */
export function withEdit(
  overlays: readonly Overlay[],
  { file, text }: FileEdit,
  { collection, published, now }: { readonly collection: string; readonly published: CollectionFiles; now: Date },
): readonly Overlay[] {
  requireEditable(file);
  const others = overlays.filter((one) => one.file !== file);
  const base = Object.hasOwn(published, file) ? (published[file] ?? null) : null;
  if (text === null || text === base) return others;
  requireText(file, [text, base ?? ""]);
  if (file === MANIFEST_FILE) requireAuthored(base ?? "", text);
  return [...others, { collection, file, base, mine: text, changedAt: now }];
}

function requireEditable(file: string): void {
  const [folder, name] = file.split("/");
  if (file === MANIFEST_FILE) return;
  if (name !== undefined && folders.some((one) => one === folder)) return;
  throw new PatchbayError("OVERLAY_FORBIDDEN", `${file.slice(0, 240)} cannot be changed here`, {
    remedy: `Files in ${folders.map((one) => `${one}/`).join(", ")} can be, and ${MANIFEST_FILE}.`,
  });
}

/** Half of a character and NUL are in no file, and no database keeps them. */
function requireText(file: string, texts: readonly string[]): void {
  if (texts.every((text) => !/[\p{Surrogate}\0]/u.test(text))) return;
  throw new PatchbayError("OVERLAY_FORBIDDEN", `${file} would have characters that are no text in UTF-8`, {
    remedy: "Take out what is NUL or half of a surrogate pair.",
  });
}

/** What cannot be read is said by checking it. */
function requireAuthored(base: string, mine: string): void {
  const [was, is] = [readManifest(base), readManifest(mine)];
  if (was === null || is === null) return;
  const other = authored.filter((member) => textOf(was[member]) !== textOf(is[member]));
  if (other.length === 0) return;
  const many = other.length > 1;
  throw new PatchbayError(
    "OVERLAY_FORBIDDEN",
    `${MANIFEST_FILE}: ${other.join(" and ")} ${many ? "are" : "is"} the author's to say, and cannot be changed here`,
    { remedy: `Put ${many ? "them" : "it"} back; a collection of your own has its own: patchbay collection pull.` },
  );
}

function readManifest(text: string): JsonObject | null {
  const value = parseText(MANIFEST_FILE, text, createProblemList());
  return isJsonObject(value) ? value : null;
}

function textOf(value: Json | undefined): string {
  return value === undefined ? "" : canonicalJson(value);
}
