import { readFile } from "node:fs/promises";
import { PatchbayError } from "../core/errors.js";

const MIN_LENGTH = 16;

/**
 * Gives the secret in a file, without the line break at its end.
 * @param variable Names the environment variable, for messages.
 * @throws SECRET_UNREADABLE when there is no such file, or it holds no secret
 */
export async function readSecretFile(path: string, variable: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PatchbayError("SECRET_UNREADABLE", `${path}, which ${variable} names, cannot be read`, { path, cause });
  });
  const secret = text.trim();
  if (secret.length >= MIN_LENGTH) return secret;
  const message = `${path}, which ${variable} names, holds no secret of ${MIN_LENGTH} characters or more`;
  throw new PatchbayError("SECRET_UNREADABLE", message, { path });
}
