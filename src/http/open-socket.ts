import { connect, isIP, type Socket } from "node:net";
import { PatchbayError } from "../core/errors.js";
import { isPublicAddress } from "./address.js";
import { type ConnectOptions, forbidden, guardLookup } from "./connect.js";
import { toCallError, toTimeout } from "./failure.js";
import type { Peer } from "./http.js";

/**
 * Opens a TCP connection to a public address or an allowed host, by the rules of our HTTP calls: the address that is judged
 * is the one that is connected to.
 *
 * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE
 */
export async function openSocket(
  { hostname, port }: Peer,
  { allowed, lookup, connectTimeoutMs }: ConnectOptions,
): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const isAllowed = allowed(host, String(port));
  if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw forbidden(host);
  const progress = { host: `${hostname}:${port}`, started: false, httpStatus: null };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: isAllowed ? lookup : guardLookup(lookup) });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(toCallError(firstOf(error), progress));
    };
    const timer = setTimeout(() => fail(toTimeout(connectTimeoutMs, progress)), connectTimeoutMs);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}

/** Of a host with several addresses, none of which answers, each has its error; ours is among them when one is forbidden. */
function firstOf(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const own = error.errors.find((one) => one instanceof PatchbayError);
  const first: unknown = own ?? error.errors[0];
  return first instanceof Error ? first : error;
}
