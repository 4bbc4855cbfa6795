import { gzipSync } from "node:zlib";
import { packTar, type TarHeader } from "modern-tar";

/** The smallest collection there is. */
export const manifest = "name: shop\nversion: 1.0.0\ntitle: Shop\nsummary: For tests.\n";

/** One entry of an archive that somebody else made. */
export type Entry = Partial<TarHeader> & { readonly name: string; readonly body?: string | Uint8Array };

/** Packs entries as they are, whatever they are. */
export async function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  return packTar(
    entries.map(({ body = "", ...header }) => {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      return { header: { size: bytes.length, type: "file" as const, ...header }, body: bytes };
    }),
  );
}

/** Packs and compresses a collection with more entries in it. */
export async function tgzOf(...entries: readonly Entry[]): Promise<Uint8Array> {
  return gzipSync(await tarOf([{ name: "collection.yaml", body: manifest }, ...entries]));
}

/** A bundle in JSON with more files in it. */
export function jsonOf(...files: readonly unknown[]): Uint8Array {
  const all = [{ path: "collection.yaml", text: manifest }, ...files];
  return Buffer.from(JSON.stringify({ format: "patchbay-bundle-1", files: all }));
}
