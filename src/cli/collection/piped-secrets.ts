import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";

/**
 * Reads secret parameters from standard input: of one the whole of it is the value, of several each has a line `name=value`.
 *
 * @param names As they were asked for, `other/name` for another collection's.
 * @throws COMMAND_INVALID, which never quotes what was read
 */
export async function pipedSecrets(
  names: readonly string[],
  { terminal: { stdin }, stop }: Pick<CommandContext, "terminal" | "stop">,
): Promise<JsonObject> {
  const [name, ...others] = names;
  if (name === undefined) return {};
  if (stdin.isTTY === true) {
    throw new PatchbayError("COMMAND_INVALID", `--secret-stdin ${name} reads standard input, which is a terminal`, {
      remedy: "Leave --secret-stdin out to be asked for the secret, or pipe it in.",
    });
  }
  const text = await readAll(addAbortSignal(stop, stdin));
  if (others.length > 0) return secretsOfLines(text, names);
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw invalid(`--secret-stdin ${name}: standard input is empty`);
  return { [name]: secret };
}

function secretsOfLines(text: string, names: readonly string[]): JsonObject {
  const secrets: JsonObject = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(at, 0)).trim();
    // What stands there may be a secret that lost its name: it is not repeated.
    if (!names.includes(name)) throw invalid(`line ${index + 1} of standard input is none of ${names.join(", ")}`);
    if (Object.hasOwn(secrets, name)) throw invalid(`standard input has ${name} twice`);
    secrets[name] = line.slice(at + 1);
  }
  const missing = names.filter((name) => secrets[name] === undefined || secrets[name] === "");
  if (missing.length > 0) throw invalid(`standard input has no ${missing.join(" and no ")}`);
  return secrets;
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("COMMAND_INVALID", message, {
    remedy: "Give one secret as it is; or of several, each named by --secret-stdin, a line name=value.",
  });
}
