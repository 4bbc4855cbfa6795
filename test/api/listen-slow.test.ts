import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { type Listening, type ListenOptions, listen } from "../../src/api/listen.js";
import { until } from "./until.js";

const head = "GET / HTTP/1.1\r\nHost: a\r\n";

describe("A server that many hold on to", () => {
  const servers: Listening[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function start(options: Partial<ListenOptions> = {}): Promise<Listening> {
    const handler = (_: unknown, response: { end(text: string): void }) => response.end("done");
    const server = await listen(handler, { host: "127.0.0.1", port: 0, stopWithinMs: 100, ...options });
    servers.push(server);
    return server;
  }
  /** Opens a connection and sends some text over it; gives what comes back as it comes. */
  async function open(server: Listening, text: string): Promise<{ socket: Socket; got: () => string }> {
    let got = "";
    const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
    sockets.push(socket);
    socket.on("data", (chunk) => {
      got += String(chunk);
    });
    await once(socket, "connect");
    socket.write(text);
    return { socket, got: () => got };
  }

  for (const [what, text] of [
    ["says nothing", ""],
    ["begins a head and does not end it", head],
    ["begins a second head on a connection that was answered", `${head}\r\n${head}`],
  ] as const) {
    it(`ends a connection that ${what}`, async () => {
      const { socket, got } = await open(await start({ headersWithinMs: 100 }), text);
      await once(socket, "close");
      expect(got()).to.match(/HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
    });
  }

  it("ends a head that trickles, however steadily", async () => {
    const { socket, got } = await open(await start({ headersWithinMs: 200 }), head);
    const trickle = setInterval(() => socket.write("X-A: b\r\n"), 10);
    await once(socket, "close");
    clearInterval(trickle);
    expect(got()).to.match(/^HTTP\/1\.1 408 /);
  });

  for (const [what, text] of [
    ["one header of 20 KB", `X-Bomb: ${"b".repeat(20_000)}\r\n`],
    ["5,000 headers", "X-B: b\r\n".repeat(5_000)],
    ["an address of 20 KB", ""],
  ] as const) {
    it(`refuses ${what} before it has all of it`, async () => {
      const line = text === "" ? `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n` : head;
      const { socket, got } = await open(await start(), `${line}${text}\r\n`);
      await once(socket, "close");
      expect(got()).to.match(/^HTTP\/1\.1 431 /);
    });
  }

  it("refuses a request whose length can be read in two ways", async () => {
    const server = await start();
    for (const lines of [
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Content-Length: +5\r\n",
      "Content-Length : 5\r\n",
    ]) {
      const { socket, got } = await open(server, `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n0\r\n\r\n`);
      await once(socket, "close");
      expect(got(), lines).to.match(/^HTTP\/1\.1 400 /);
    }
  });

  it("closes idle connections for one that comes when there are as many as there may be", async () => {
    const server = await start({ maxConnections: 3 });
    const idle = await Promise.all([1, 2, 3].map(() => open(server, `${head}\r\n`)));
    await until(() => idle.every(({ got }) => got().endsWith("done")));
    const closed = idle.map(({ socket }) => once(socket, "close"));
    const first = await open(server, `${head}\r\n`);
    await Promise.all(closed);
    first.socket.destroy();
    const next = await open(server, `${head}\r\n`);
    await until(() => next.got().endsWith("done"));
  });
});
