import type { ConnectionView } from "../../api/contract/connection.js";
import { PatchbayError } from "../../core/errors.js";
import type { Client } from "../client.js";

const most = 1_000;

/**
 * Gives the connections to Twilio that are meant.
 * @param name Null for all.
 * @throws CONNECTION_UNKNOWN when there is none; COMMAND_INVALID when it is another vendor's.
 */
export async function chosenConnections(name: string | null, client: Client): Promise<readonly string[]> {
  const all = await client.list<ConnectionView>("/api/v1/connections", { limit: most });
  const own = all.filter(({ connector }) => connector === "twilio").map((connection) => connection.name);
  if (name === null && own.length > 0) return own;
  if (name === null) {
    throw new PatchbayError("CONNECTION_UNKNOWN", "There is no connection to Twilio", {
      remedy: "Install the collection first: patchbay collection install twilio",
    });
  }
  if (own.includes(name)) return [name];
  const other = all.find((connection) => connection.name === name);
  if (other !== undefined) throw new PatchbayError("COMMAND_INVALID", `${name} is a connection to ${other.title}`);
  throw new PatchbayError(
    "CONNECTION_UNKNOWN",
    `There is no connection ${name}; to Twilio: ${own.join(", ") || "none"}`,
  );
}

/** Gives the one that is meant. @throws COMMAND_INVALID when it could be several */
export async function chosenConnection(name: string | null, client: Client): Promise<string> {
  const [first = "", ...others] = await chosenConnections(name, client);
  if (others.length === 0) return first;
  throw new PatchbayError(
    "COMMAND_INVALID",
    `There are several connections to Twilio: ${[first, ...others].join(", ")}`,
    {
      remedy: `Name one of them behind the command, such as ${first}.`,
    },
  );
}
