import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { createClient } from "../../src/cli/client.js";
import { createPatience } from "../../src/cli/push/patience.js";
import { openScreen, runCli } from "./parts.js";

const created = { items: [{ index: 0, status: 201, verdict: "created", key: "R1", eventId: "evt_1" }] };
const batch = { ...created, created: 1, updated: 0, unchanged: 0, quarantined: 0, failed: 0, omitted: 0 };

/** A server that breaks the first connections off in the middle of a request, and answers after that. */
async function startBreaking(breaks: number, keyAuto: boolean) {
  let posts = 0;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const isPost = request.method === "POST";
    if (isPost) posts += 1;
    if (isPost && posts <= breaks) return request.socket.destroy();
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify(isPost ? batch : { name: "ecommerce/Order", key: ["id"], keyAuto }));
  };
  const server = createServer((request, response) => void request.resume().on("end", () => answer(request, response)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts: () => posts,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe("push, when the connection breaks", () => {
  const push = ["push", "ecommerce/Order"];

  it("waits, says so and sends the records again", async () => {
    await using server = await startBreaking(1, false);
    const { exitCode, stdout, stderr } = await runCli(push, { url: server.url, stdin: '{"id":"R1"}' });
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include("1 created");
    expect(stderr).to.match(/the connection broke \(\w+\); trying again in 1 s/);
    expect(server.posts()).to.equal(2);
  });

  it("sends records again whose keys the server would make up, when they have one", async () => {
    await using server = await startBreaking(1, true);
    const { exitCode } = await runCli(push, { url: server.url, stdin: '{"id":"R1"}' });
    expect(exitCode).to.equal(0);
    expect(server.posts()).to.equal(2);
  });

  it("does not send records again that would become two: the server makes their keys up", async () => {
    await using server = await startBreaking(1, true);
    const { exitCode, stderr } = await runCli(push, { url: server.url, stdin: '{"phone":"+15005550010"}' });
    expect(exitCode).to.equal(3);
    expect(server.posts()).to.equal(1);
    expect(stderr).to.include("0 records sent and answered").and.include("line 1 is without a key");
    expect(stderr).to.not.include("again is safe");
  });

  it("gives up after so many tries", async () => {
    await using server = await startBreaking(Number.POSITIVE_INFINITY, false);
    const stop = new AbortController().signal;
    const { terminal, err } = openScreen({ colours: false });
    const patience = createPatience({ stop, terminal }, { tries: 3, firstWaitMs: 1 });
    const client = createClient({ url: server.url, apiKey: null, stop });
    const sent = patience.send(
      () => client.post("/api/v1/records/ecommerce/Order", []),
      async () => undefined,
    );
    const refusal = await sent.then(
      () => expect.fail("it was answered"),
      ({ code }) => code,
    );
    expect(refusal).to.equal("SERVER_UNREACHABLE");
    expect(server.posts()).to.equal(3);
    expect(err().match(/trying again/g)).to.have.lengthOf(2);
  });

  it("waits for a server that is not there yet", async () => {
    const stop = new AbortController().signal;
    const { terminal, err } = openScreen({ colours: false });
    const patience = createPatience({ stop, terminal }, { tries: 2, firstWaitMs: 1 });
    const gone = await startBreaking(0, false);
    await gone[Symbol.asyncDispose]();
    const client = createClient({ url: gone.url, apiKey: null, stop });
    const sent = patience.send(
      () => client.get("/healthz"),
      async () => undefined,
    );
    expect(await sent.catch(({ code }) => code)).to.equal("SERVER_UNREACHABLE");
    expect(err()).to.include("the connection was refused; trying again");
  });
});
