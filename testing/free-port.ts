import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Ports from here on belong to connections that go out, on Linux: one of them may take a port there while the server that had it
 * is stopped to be started again.
 */
const END = 32_768;
const BEGIN = 10_000;

/** Finds a port of 127.0.0.1 that nobody has, and that no connection takes by chance. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = BEGIN + Math.floor(Math.random() * (END - BEGIN));
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${BEGIN} and ${END} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
