import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from "node:net";
import { expect } from "chai";
import type { PatchbayError } from "../../src/core/errors.js";
import type { Http, HttpOptions } from "../../src/http/http.js";
import { openHttp } from "../../src/http/open-http.js";
import { failed, thrown } from "./failed.js";
import { answer, type ScriptedServer, startScriptedServer } from "./scripted-server.js";

const options: HttpOptions = {
  timeoutMs: 5_000,
  maxResponseBytes: 10_000,
  allow: ["127.0.0.1"],
  userAgent: "patchbay",
};

/** Gives every address as the answer to every name. */
function resolvingTo(...addresses: string[]): LookupFunction {
  return (_, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };
}

async function listen<T extends Server>(server: T): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The pool takes a connection back one turn after the answer was given. */
function connectionFree(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("openHttp", () => {
  let server: ScriptedServer;
  let http: Http;
  const closers: (() => Promise<void> | void)[] = [];

  beforeEach(async () => {
    server = await startScriptedServer(answer(200, "hello"));
    http = openHttp(options);
    closers.push(
      () => server.close(),
      () => http.close(),
    );
  });

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function open(changes: Partial<HttpOptions>): Http {
    const other = openHttp({ ...options, ...changes });
    closers.push(() => other.close());
    return other;
  }

  /** A server below HTTP, to break the protocol in. */
  async function startRaw(onConnection: (socket: Socket) => void): Promise<string> {
    const raw = createServer((socket) => {
      socket.on("error", () => {});
      onConnection(socket);
    });
    const sockets = new Set<Socket>();
    raw.on("connection", (socket) => sockets.add(socket));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      raw.close();
    });
    return `http://127.0.0.1:${await listen(raw)}/`;
  }

  const get = (url: string, client = http) => client.request({ method: "GET", url, headers: {} });
  const post = (url: string, client = http) => client.request({ method: "POST", url, headers: {}, body: "a=1" });

  describe("a call that is answered", () => {
    it("sends method, path, query, headers and body as they are", async () => {
      const url = `${server.url}/a/b?c=%2B1&d=e`;
      await http.request({ method: "POST", url, headers: { "x-one": "1" }, body: "grüße" });
      const [seen] = server.seen;
      expect(seen).to.include({ method: "POST", path: "/a/b?c=%2B1&d=e", body: "grüße" });
      expect(seen!.headers).to.include({ "x-one": "1", "user-agent": "patchbay", "content-length": "7" });
    });

    it("gives status, headers and text whatever the status", async () => {
      server.script = answer(503, "später", { "retry-after": "7", "x-multi": "a" });
      const response = await get(server.url);
      expect(response).to.include({ status: 503, text: "später" });
      expect(response.headers).to.include({ "retry-after": "7", "x-multi": "a" });
      expect(response.elapsedMs).to.be.a("number");
    });

    it("joins repeated headers", async () => {
      server.script = (response) => void response.setHeader("x-many", ["a", "b"]).end();
      expect((await get(server.url)).headers["x-many"]).to.equal("a, b");
    });

    it("puts a text together that comes in pieces, even inside a character", async () => {
      const bytes = Buffer.from("größer");
      server.script = (response) => {
        response.write(bytes.subarray(0, 3));
        setImmediate(() => response.end(bytes.subarray(3)));
      };
      expect((await get(server.url)).text).to.equal("größer");
    });

    it("keeps the connection for the next call", async () => {
      await post(server.url);
      await connectionFree();
      await post(server.url);
      expect(server.connections).to.equal(1);
    });

    it("does not follow redirects", async () => {
      server.script = answer(302, "", { location: `${server.url}/elsewhere` });
      expect(await get(server.url)).to.include({ status: 302 });
      expect(server.seen).to.have.lengthOf(1);
    });

    it("passes informational answers over", async () => {
      server.script = (response) => {
        response.writeEarlyHints({ link: "</style.css>; rel=preload" });
        response.writeHead(201).end("made");
      };
      expect(await post(server.url)).to.include({ status: 201, text: "made" });
    });
  });

  describe("a call that certainly did not reach the server", () => {
    const unreachable = async (promise: Promise<unknown>): Promise<PatchbayError> => {
      const error = await failed(promise, "ENDPOINT_UNREACHABLE");
      expect(error.retryable).to.equal(true);
      return error;
    };

    it("is unreachable when the connection is refused", async () => {
      await server.close();
      const error = await unreachable(post(server.url));
      expect(error.details).to.deep.equal({
        host: `127.0.0.1:${server.port}`,
        reason: "connection refused (ECONNREFUSED)",
      });
    });

    it("is unreachable when the name has no address", async () => {
      const lookup: LookupFunction = (_, __, callback) =>
        callback(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }), []);
      const error = await unreachable(post("http://shop.test/", open({ lookup })));
      expect(error.details).to.deep.equal({ host: "shop.test", reason: "the name has no address (ENOTFOUND)" });
    });

    it("is unreachable when connecting takes too long", async () => {
      const silent = await startRaw(() => {});
      const error = await unreachable(post(silent.replace("http:", "https:"), open({ timeoutMs: 150 })));
      expect(error.message).to.include("no connection within 150 ms");
    });

    it("is unreachable when the server speaks no TLS", async () => {
      await unreachable(post(server.url.replace("http:", "https:")));
      expect(server.seen).to.have.lengthOf(0);
    });

    it("is unreachable when the connection breaks while TLS is agreed upon", async () => {
      const breaking = await startRaw((socket) => socket.on("data", () => socket.resetAndDestroy()));
      await unreachable(post(breaking.replace("http:", "https:")));
    });

    it("is unreachable when the certificate is not trusted, even where the environment would trust it", async () => {
      const fixture = new URL("../../../test/fixtures/http/self-signed.json", import.meta.url);
      const { cert, key } = JSON.parse(readFileSync(fixture, "utf8"));
      let requests = 0;
      const tls = createTlsServer({ cert, key }, (_, response) => {
        requests += 1;
        response.end();
      });
      const port = await listen(tls);
      const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      closers.push(() => {
        if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
        else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
        tls.closeAllConnections();
        tls.close();
      });
      const error = await unreachable(post(`https://127.0.0.1:${port}/`));
      expect(error.details.reason).to.equal("DEPTH_ZERO_SELF_SIGNED_CERT");
      expect(requests).to.equal(0);
    });

    it("is unreachable after the client was closed", async () => {
      await http.close();
      await unreachable(post(server.url));
      expect(server.seen).to.have.lengthOf(0);
    });

    it("is never sent late when it timed out in the queue", async () => {
      const client = open({ timeoutMs: 100 });
      let releaseLookup = (): void => {};
      const lookup: LookupFunction = (host, lookupOptions, callback) => {
        releaseLookup = () => resolvingTo("127.0.0.1")(host, lookupOptions, callback);
      };
      const slow = open({ timeoutMs: 100, lookup, allow: ["shop.test"] });
      await unreachable(post(`http://shop.test:${server.port}/late`, slow));
      releaseLookup();
      await post(`${server.url}/next`, client);
      await slow.close();
      expect(server.seen.map(({ path }) => path)).to.deep.equal(["/next"]);
    });
  });

  describe("a call that may have reached the server", () => {
    const unknown = async (promise: Promise<unknown>): Promise<PatchbayError> => {
      const error = await failed(promise, "ENDPOINT_OUTCOME_UNKNOWN");
      expect(error.retryable).to.equal(false);
      return error;
    };

    it("is unknown when no answer comes in time", async () => {
      server.script = () => {};
      const error = await unknown(post(server.url, open({ timeoutMs: 150 })));
      expect(error.details.reason).to.equal("no complete answer within 150 ms");
    });

    it("is unknown when the answer's body is too slow, with the status that did come", async () => {
      server.script = (response) => {
        response.writeHead(201);
        response.write("{");
      };
      const error = await unknown(post(server.url, open({ timeoutMs: 150 })));
      expect(error.details).to.include({ httpStatus: 201 });
    });

    it("takes one request's own time limit", async () => {
      server.script = () => {};
      await unknown(http.request({ method: "POST", url: server.url, headers: {}, body: "", timeoutMs: 100 }));
    });

    it("is unknown when the connection is reset after the request was read", async () => {
      await unknown(post(await startRaw((socket) => socket.on("data", () => socket.resetAndDestroy()))));
    });

    it("is unknown when the connection is reset while the request is being written", async () => {
      const url = await startRaw((socket) => socket.once("data", () => socket.resetAndDestroy()));
      await unknown(http.request({ method: "POST", url, headers: {}, body: "x".repeat(5_000_000) }));
    });

    it("is unknown when the connection is closed without an answer", async () => {
      await unknown(post(await startRaw((socket) => socket.on("data", () => socket.end()))));
    });

    it("is unknown when the answer is cut short", async () => {
      const url = await startRaw((socket) =>
        socket.on("data", () => socket.end("HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{}")),
      );
      expect((await unknown(post(url))).details).to.include({ httpStatus: 201 });
    });

    it("has no status when only an informational answer came", async () => {
      server.script = (response) =>
        response.writeEarlyHints({ link: "</style.css>; rel=preload" }, () => response.socket?.destroy());
      expect((await unknown(post(server.url))).details).to.not.have.property("httpStatus");
    });

    it("is unknown when the answer is not HTTP", async () => {
      const url = await startRaw((socket) => socket.on("data", () => socket.end("SSH-2.0-OpenSSH\r\n")));
      expect((await unknown(post(url))).details.reason).to.include("not HTTP");
    });

    it("is unknown when the answer is too large, announced or not", async () => {
      server.script = answer(200, "x".repeat(10_001));
      expect((await unknown(post(server.url))).details.reason).to.include("too large");
      server.script = (response) => {
        for (let count = 0; count < 20; count++) response.write("x".repeat(1_000));
        response.end();
      };
      expect((await unknown(post(server.url))).details.reason).to.include("too large");
    });

    it("takes an answer that is exactly as large as allowed", async () => {
      server.script = answer(200, "x".repeat(10_000));
      expect((await post(server.url)).text).to.have.lengthOf(10_000);
    });

    it("is unknown, and not sent again, when a kept connection dies under it", async () => {
      await post(`${server.url}/first`);
      await connectionFree();
      server.script = (response) => response.socket?.resetAndDestroy();
      await unknown(post(`${server.url}/second`));
      expect(server.seen.map(({ path }) => path)).to.deep.equal(["/first", "/second"]);
      expect(server.connections).to.equal(1);
    });

    it("is unknown, and not sent again, when the server hangs up on a kept connection that it is written to", async () => {
      let requests = 0;
      const url = await startRaw((socket) =>
        socket.on("data", () => {
          requests += 1;
          if (requests === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          else socket.end();
        }),
      );
      await post(url);
      await connectionFree();
      await unknown(post(url));
      expect(requests).to.equal(2);
    });

    it("says which host and why, and holds nothing of the request", async () => {
      const url = await startRaw((socket) => socket.on("data", () => socket.resetAndDestroy()));
      const request = {
        method: "POST",
        url: `${url}secret-path`,
        headers: { authorization: "Basic c2VjcmV0" },
      } as const;
      const error = await unknown(http.request({ ...request, body: "secret-body" }));
      expect(error.details).to.have.keys("host", "reason");
      expect(error.cause).to.equal(undefined);
      expect(`${JSON.stringify(error)} ${error.stack}`).to.not.match(/secret|c2VjcmV0/);
    });
  });

  describe("the address guard", () => {
    const forbidden = async (url: string, changes: Partial<HttpOptions> = {}): Promise<PatchbayError> =>
      failed(post(url, open({ allow: [], ...changes })), "HOST_FORBIDDEN");

    for (const host of [
      "127.0.0.1",
      "[::1]",
      "10.0.0.1",
      "169.254.169.254",
      "[::ffff:127.0.0.1]",
      "[0:0:0:0:0:ffff:7f00:1]",
      "2130706433",
      "0x7f000001",
      "0x7f.1",
      "0177.0.0.1",
      "127.1",
      "127.0.0.1.",
      "0",
      "[fd00:ec2::254]",
    ]) {
      it(`refuses ${host}`, async () => {
        await forbidden(`http://${host}:${server.port}/`);
        expect(server.seen).to.have.lengthOf(0);
      });
    }

    it("refuses a name that resolves to a closed address", async () => {
      const error = await forbidden(`http://shop.test:${server.port}/`, { lookup: resolvingTo("127.0.0.1") });
      expect(error.details).to.deep.equal({ host: "shop.test", reason: "address not public" });
      expect(server.seen).to.have.lengthOf(0);
    });

    it("refuses a name with a closed address among public ones", async () => {
      await forbidden("http://shop.test/", { lookup: resolvingTo("8.8.8.8", "127.0.0.1") });
      await forbidden("http://shop.test/", { lookup: resolvingTo("::1") });
    });

    it("refuses localhost by the system's own resolver", async () => {
      await forbidden(`http://localhost:${server.port}/`);
      expect(server.seen).to.have.lengthOf(0);
    });

    it("judges the very lookup that a connection uses, and each connection by its own", async () => {
      const asked: string[] = [];
      const lookup: LookupFunction = (host, lookupOptions, callback) => {
        asked.push(host);
        resolvingTo("127.0.0.1")(host, lookupOptions, callback);
      };
      const client = open({ allow: [], lookup });
      await failed(post(`http://shop.test:${server.port}/`, client), "HOST_FORBIDDEN");
      expect(asked).to.have.lengthOf(1);
      await failed(post(`http://shop.test:${server.port}/`, client), "HOST_FORBIDDEN");
      expect(asked).to.have.lengthOf(2);
      expect(server.seen).to.have.lengthOf(0);
    });

    it("calls an allowed name whatever its address, and no other port than the allowed one", async () => {
      const lookup = resolvingTo("127.0.0.1");
      const client = open({ allow: [`shop.test:${server.port}`], lookup });
      expect(await post(`http://shop.test:${server.port}/`, client)).to.include({ status: 200 });
      await failed(post("http://shop.test:1/", client), "HOST_FORBIDDEN");
    });

    it("does not follow an allowed server's redirect into a closed address", async () => {
      server.script = answer(307, "", { location: "http://169.254.169.254/latest" });
      expect(await post(server.url)).to.include({ status: 307 });
    });

    for (const url of ["ftp://example.test/", "file:///etc/passwd", "/relative", "not a url", ""]) {
      it(`refuses "${url}": only absolute http(s) URLs are called`, async () => {
        await failed(get(url), "HOST_FORBIDDEN");
      });
    }

    it("refuses to open with an allowance it cannot read", () => {
      thrown(() => openHttp({ ...options, allow: ["http://x"] }), "CONFIG_INVALID");
    });
  });
});
