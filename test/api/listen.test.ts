import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect } from "chai";
import { listen } from "../../src/api/listen.js";
import { until } from "./until.js";

const onThisMachine = { host: "127.0.0.1", port: 0 };

describe("listen", () => {
  it("finishes the requests under way when it stops, and takes no new ones", async () => {
    const held: ServerResponse[] = [];
    const server = await listen((_request, response) => void held.push(response), onThisMachine);
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await until(() => held.length > 0);
    const stopped = server.stop();
    const refused = connect(server.port, "127.0.0.1");
    const [error] = await once(refused, "error");
    held[0]?.end("done");
    const [answer] = await once(socket, "data");
    await Promise.all([once(socket.resume(), "close"), stopped]);
    expect(error).to.have.property("code", "ECONNREFUSED");
    expect(String(answer)).to.contain("done");
  });

  it("closes kept-alive connections that are idle when it stops", async () => {
    const server = await listen((_request, response) => void response.end("done"), onThisMachine);
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    await Promise.all([once(socket, "close"), server.stop()]);
    expect(socket.destroyed).to.equal(true);
  });

  it("gives up on requests that do not finish in time", async () => {
    const server = await listen(() => undefined, { ...onThisMachine, stopWithinMs: 50 });
    const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "connect");
    await Promise.all([once(socket, "close"), server.stop()]);
    expect(socket.destroyed).to.equal(true);
  });

  it("says what is in the way when the port is taken", async () => {
    const first = await listen(() => undefined, onThisMachine);
    const second = listen(() => undefined, { host: "127.0.0.1", port: first.port });
    const error = await second.catch((thrown: unknown) => thrown);
    await first.stop();
    expect(error).to.include({ code: "CONFIG_INVALID" });
    expect(error).to.have.property("message").that.contains("another program listens there");
  });
});
