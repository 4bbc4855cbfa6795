import type { OpenConnection } from "./catalog.js";

/**
 * Gives the URL at which a vendor reports to one webhook of a connection. The API answers exactly this address.
 *
 * @param publicUrl What vendors call this server by, without a slash at the end.
 * @param webhook The connector's name of the webhook, such as `status`.
 */
export function hookUrl(publicUrl: string, connection: HookAddress, webhook: string): string {
  const parts = [connection.connector.key, ...connection.name.split("/"), connection.hookSecret, webhook];
  return `${publicUrl}/hooks/${parts.map(encodeURIComponent).join("/")}`;
}

/** What of a connection its webhook URLs are made from. */
export interface HookAddress extends Pick<OpenConnection, "name" | "hookSecret"> {
  readonly connector: Pick<OpenConnection["connector"], "key">;
}
