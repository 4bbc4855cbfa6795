import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can break at a chosen word. */
export interface CuttingProxy extends AsyncDisposable {
  /** The url with this way in it. */
  url(direct: string): string;
  /** Breaks the connection on which a word is sent next, before or after the server has got it; then all is as before. */
  cutAt(word: string, when: "before" | "after"): void;
  /** Breaks every connection. */
  cutAll(): void;
}

export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  let cut: { readonly word: string; readonly when: "before" | "after" } | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        // What the server has been sent reaches it all the same.
        upstream.end();
      });
    }
    upstream.on("data", (data) => client.write(data));
    client.on("data", (data) => {
      const found = cut !== null && data.includes(cut.word) ? cut : null;
      if (found?.when !== "before") upstream.write(data);
      if (found === null) return;
      cut = null;
      upstream.removeAllListeners("data").resume();
      client.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: (direct) => direct.replace(`:${port}/`, `:${own}/`),
    cutAt: (word, when) => {
      cut = { word, when };
    },
    cutAll,
    [Symbol.asyncDispose]: async () => {
      cutAll();
      server.close();
      await once(server, "close");
    },
  };
}
