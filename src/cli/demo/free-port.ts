import { createServer } from "node:net";
import { PatchbayError } from "../../core/errors.js";

const portsTried = 50;

/**
 * Finds a port that can be listened on at 127.0.0.1: the wished one, or the first free one from `first` on.
 * @throws COMMAND_INVALID when the wished one is taken.
 */
export async function findPort({ wished, first }: { wished: number | null; first: number }): Promise<number> {
  if (wished !== null) {
    if (await isFree(wished)) return wished;
    throw new PatchbayError("COMMAND_INVALID", `Port ${wished} is taken`, {
      remedy: "Give another one with --port, or leave it out to take a free one.",
    });
  }
  for (let port = first; port < first + portsTried; port++) if (await isFree(port)) return port;
  throw new PatchbayError("COMMAND_INVALID", `No port from ${first} to ${first + portsTried - 1} is free`, {
    remedy: "Name a free one with --port.",
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
