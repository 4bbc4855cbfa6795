import { readFileSync } from "node:fs";
import { type Role, roles } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";

/** How people sign in at another system. */
export interface SignInProviderConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly roleClaim: string;
  /** Word of the claim to role; the first that fits counts. */
  readonly roles: readonly (readonly [word: string, role: Role])[];
}

type Name = `OIDC_${"ISSUER" | "CLIENT_ID" | "CLIENT_SECRET" | "CLIENT_SECRET_FILE" | "ROLE_CLAIM" | "ROLES"}`;

/** Reads the variables of the sign-in provider; null when none is wanted. @throws CONFIG_INVALID */
export function readSignInProvider(text: (name: Name) => string): SignInProviderConfig | null {
  const issuer = text("OIDC_ISSUER");
  if (issuer === "") return null;
  const clientSecret = text("OIDC_CLIENT_SECRET") || secretIn(text("OIDC_CLIENT_SECRET_FILE"));
  const clientId = text("OIDC_CLIENT_ID");
  const mapping = text("OIDC_ROLES")
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .map(toPair);
  const missing = Object.entries({
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_ROLES: mapping.join(),
  });
  const names = missing.filter(([, value]) => value === "").map(([name]) => name);
  if (names.length > 0)
    throw invalid(`OIDC_ISSUER is set and ${names.join(", ")} ${names.length === 1 ? "is" : "are"} not`);
  return Object.freeze({ issuer, clientId, clientSecret, roleClaim: text("OIDC_ROLE_CLAIM"), roles: mapping });
}

function toPair(pair: string): readonly [string, Role] {
  const at = pair.lastIndexOf("=");
  const [word, role] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  const known = roles.find((one) => one === role);
  if (at > 0 && known !== undefined) return [word, known];
  throw invalid(`OIDC_ROLES: "${pair}" is not word=role with a role of ${roles.join(", ")}`);
}

function secretIn(path: string): string {
  if (path === "") return "";
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new PatchbayError("CONFIG_INVALID", `OIDC_CLIENT_SECRET_FILE: ${path} cannot be read`, { cause });
  }
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("CONFIG_INVALID", message);
}
