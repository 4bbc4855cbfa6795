import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect } from "chai";
import { readBody } from "../../src/api/body.js";
import { failed } from "../http/failed.js";

describe("readBody", () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  /** Begins a request with a body of a hundred bytes. */
  async function begin(): Promise<{ request: IncomingMessage; socket: Socket }> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => undefined);
    closers.push(() => {
      socket.destroy();
      server.close();
    });
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    const [request] = (await once(server, "request")) as [IncomingMessage];
    return { request, socket };
  }

  it("gives up on a body that stands still", async () => {
    const { request, socket } = await begin();
    socket.write("x".repeat(10));
    const error = await failed(readBody(request, 1_000, { graceMs: 50, bytesPerMs: 1 }), "BODY_TOO_SLOW");
    expect(error.message).to.contain("Only 10 bytes");
  });

  it("gives up on a body that trickles, though something comes all the time", async () => {
    const { request, socket } = await begin();
    const trickle = setInterval(() => socket.write("x"), 5);
    closers.push(() => clearInterval(trickle));
    await failed(readBody(request, 1_000, { graceMs: 50, bytesPerMs: 1 }), "BODY_TOO_SLOW");
  });
});
