import { promisify } from "node:util";
import { constants, gunzip, gzip } from "node:zlib";
import { packTar, type TarHeader, unpackTar } from "modern-tar";
import { PatchbayError } from "../../core/errors.js";
import type { CollectionFiles } from "../installer.js";
import { gatherFiles, refusedFile } from "./gather-files.js";

/** Bytes that a tar archive may have, unpacked: all that a collection may have, and the archive's own headers. */
const MAX_TAR_BYTES = 4_194_304;

const unpackGzip = promisify(gunzip);
const packGzip = promisify(gzip);
/** Where gzip's header names the system it was made on, and the value for "unknown" (RFC 1952). */
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * Reads a gzipped tar archive. Unpacking ends at the limit, however much more there would be, and an archive's claims about
 * sizes are compared with what is there before anything is set aside for them.
 *
 * @throws COLLECTION_INVALID
 */
export async function readTgz(bytes: Uint8Array): Promise<CollectionFiles> {
  const tar = await unpackGzip(bytes, { maxOutputLength: MAX_TAR_BYTES }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ERR_BUFFER_TOO_LARGE") throw refused(`unpacks to more than ${MAX_TAR_BYTES} bytes`);
    throw refused(`is damaged (${cause.code ?? cause.message})`);
  });
  const gathering = gatherFiles();
  const announce = (header: TarHeader): boolean => {
    if (header.type === "directory") return false;
    const path = pathOf(header);
    if (header.type !== "file") throw refusedFile(path, `is a ${header.type ?? "thing"}; a collection has files only`);
    gathering.announce(path, header.size);
    return true;
  };
  for (const { header, data } of await unpack(tar, announce)) gathering.add(pathOf(header), data ?? new Uint8Array());
  return gathering.finish();
}

/** Writes a gzipped tar archive: sorted, no owner, no time, so that the same files give the same archive. */
export async function writeTgz(files: CollectionFiles): Promise<Uint8Array> {
  const paths = Object.keys(files).sort();
  const entries = paths.map((name) => {
    const body = Buffer.from(files[name] ?? "");
    const header: TarHeader = {
      name,
      size: body.length,
      type: "file",
      mode: 0o644,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
    };
    return { header, body };
  });
  const packed = await packGzip(await packTar(entries), { level: constants.Z_BEST_COMPRESSION });
  packed[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
  return packed;
}

async function unpack(tar: Uint8Array, filter: (header: TarHeader) => boolean) {
  try {
    return await unpackTar(tar, { strict: true, filter });
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    throw refused(`is damaged (${cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause)})`);
  }
}

/** `tar -czf shop.tgz .` writes `./` in front of every path. */
function pathOf({ name }: TarHeader): string {
  return name.replace(/^\.\//, "");
}

function refused(reason: string): PatchbayError {
  return new PatchbayError("COLLECTION_INVALID", `The bundle ${reason}`, {
    remedy: "Make it with patchbay collection pack.",
  });
}
