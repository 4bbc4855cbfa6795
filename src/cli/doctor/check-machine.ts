import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../config/config.js";
import { checkDatabaseServer } from "./check-database-server.js";
import { checkDurability } from "./check-durability.js";
import { type Finding, ok, problem, warning } from "./finding.js";

const leastNode = [20, 19] as const;
const secretFile = "patchbay.secret";
const mebibyte = 1024 * 1024;
const littleSpaceMb = 1_024;
const tooLittleSpaceMb = 100;

/** Checks what can be checked without a server: Node.js, the database's folder, disk space, the secret. */
export async function checkMachine(config: Config): Promise<readonly Finding[]> {
  const findings = [checkNode(process.versions.node)];
  if (!config.databaseUrl.startsWith("sqlite:")) return [...findings, ...(await checkDatabaseServer(config))];
  const folder = databaseFolder(config);
  if (folder === null) {
    return [...findings, warning("database", "it is kept in memory", "Set DATABASE_URL to sqlite:<path> to keep it.")];
  }
  const writable = await checkFolder(folder);
  findings.push(writable, await checkSpace(folder));
  if (writable.state === "ok") findings.push(await checkDurability(await existing(folder)));
  return [...findings, await checkSecret(config, folder)];
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = leastNode;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok("node", `Node.js ${version}`);
  return problem("node", `Node.js ${version} is too old`, `Install Node.js ${leastNode.join(".")} or newer.`);
}

/** Gives the folder of the database file; null when there is none. */
function databaseFolder({ databaseUrl }: Config): string | null {
  const path = databaseUrl.replace(/^sqlite:/, "");
  return path === ":memory:" ? null : dirname(resolve(path));
}

/** The folder is made at the first start: what matters is the nearest one that is there. */
async function existing(folder: string): Promise<string> {
  let place = folder;
  while ((await stat(place).catch(() => null)) === null && dirname(place) !== place) place = dirname(place);
  return place;
}

async function checkFolder(folder: string): Promise<Finding> {
  const place = await existing(folder);
  try {
    await access(place, constants.R_OK | constants.W_OK);
    return ok("database folder", place === folder ? folder : `${folder} is made at the first start`);
  } catch {
    return problem("database folder", `${place} is not writable`, "Let this user write there, or change DATABASE_URL.");
  }
}

async function checkSpace(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await existing(folder));
  const freeMb = Math.floor((bavail * bsize) / mebibyte);
  const message = `${freeMb.toLocaleString("en")} MiB free at ${folder}`;
  if (freeMb >= littleSpaceMb) return ok("disk space", message);
  const remedy = "Free some space, or move the database (DATABASE_URL): a full disk stops every push.";
  return freeMb >= tooLittleSpaceMb ? warning("disk space", message, remedy) : problem("disk space", message, remedy);
}

/** The file is made at the first start; who may read it can read every stored secret. */
async function checkSecret({ secret }: Config, folder: string): Promise<Finding> {
  if (secret !== null) return ok("secret", "PATCHBAY_SECRET is set");
  const path = join(folder, secretFile);
  const facts = await stat(path).catch(() => null);
  if (facts === null) return ok("secret", `${path} is made at the first start`);
  if ((facts.mode & 0o077) === 0) return ok("secret", `${path}, readable by its owner only`);
  return problem("secret", `${path} can be read by other users`, `chmod 600 ${path}`);
}
