import type { OpenConnection } from "../core/catalog.js";
import { PatchbayError } from "../core/errors.js";
import type { ApiDeps } from "./api-deps.js";

/** Gives the connection that a path names. @throws CONNECTION_UNKNOWN, with the names that there are */
export function requireConnection(
  installer: ApiDeps["installer"],
  { ns, name }: Readonly<Record<"ns" | "name", string>>,
): OpenConnection {
  const found = installer.catalog().connection(`${ns}/${name}`);
  if (found !== null) return found;
  const known = installer
    .catalog()
    .connections()
    .map((open) => open.name);
  const message = `There is no connection ${`${ns}/${name}`.slice(0, 200)}; there is: ${known.join(", ") || "none"}`;
  throw new PatchbayError("CONNECTION_UNKNOWN", message);
}
