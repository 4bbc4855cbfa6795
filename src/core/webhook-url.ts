import type { OpenConnection } from "./catalog.js";

/** Gives the URL that a vendor calls to reach one webhook of a connection. */
export function hookUrl(publicUrl: string, { connector, name, hookSecret }: OpenConnection, webhook: string): string {
  return `${publicUrl}/hooks/${connector.key}/${name}/${hookSecret}/${webhook}`;
}
