import { once } from "node:events";
import { createServer, type LookupFunction, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Http, HttpOptions } from "../../src/http/http.js";
import { openDownloads } from "../../src/http/open-downloads.js";
import { openHttp } from "../../src/http/open-http.js";
import { failed } from "./failed.js";
import { answer, type ScriptedServer, startScriptedServer } from "./scripted-server.js";

const options: HttpOptions = { timeoutMs: 2_000, maxResponseBytes: 10_000, allow: [], userAgent: "patchbay" };

/** Gives one address after the other to whoever asks, the last one again and again. */
function resolvingInTurn(...addresses: string[]): LookupFunction {
  let asked = 0;
  return (_, { all }, callback) => {
    const address = addresses[Math.min(asked++, addresses.length - 1)]!;
    const family = address.includes(":") ? 6 : 4;
    if (all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

describe("The way out", () => {
  let server: ScriptedServer;
  const closers: (() => Promise<void> | void)[] = [];

  beforeEach(async () => {
    server = await startScriptedServer(answer(200, "inside"));
    closers.push(() => server.close());
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function open(changes: Partial<HttpOptions> = {}): Http {
    const http = openHttp({ ...options, ...changes });
    closers.push(() => http.close());
    return http;
  }
  const get = (http: Http, url: string) => http.request({ method: "GET", url, headers: {} });

  /** A server below HTTP that sends what it likes; gives its address, and its sockets as they come. */
  async function startRaw(onRequest: (socket: Socket) => void): Promise<{ url: string; server: Server }> {
    const sockets = new Set<Socket>();
    const raw = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      socket.once("data", () => onRequest(socket));
    });
    raw.listen(0, "127.0.0.1");
    await once(raw, "listening");
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      raw.close();
    });
    const address = raw.address();
    return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`, server: raw };
  }

  describe("is closed to this machine, however its address is written:", () => {
    const spellings = [
      ...["127.0.1", "0x7F000001", "017700000001", "0x7f.0x0.0x0.0x1", "0177.0.0.01", "127.0.0.1.", "%31%32%37.0.0.1"],
      ...["127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "127%2E0%2E0%2E1", "１２７.0.0.1", "127.0.0.1%e3%80%82"],
      ...["[::7f00:1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]"],
      ...["[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[::]", "0.0.0.0", "0"],
    ];
    for (const host of spellings) {
      it(host, async () => {
        await failed(get(open(), `http://${host}:${server.port}/`), "HOST_FORBIDDEN");
        expect(server.connections).to.equal(0);
      });
    }
  });

  describe("is closed to where clouds keep their keys:", () => {
    for (const host of [
      ...["169.254.169.254", "0xa9fea9fe", "2852039166", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"],
      ...[
        "[2002:a9fe:a9fe::1]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
      ],
    ]) {
      it(host, async () => {
        await failed(get(open(), `http://${host}/latest/meta-data/`), "HOST_FORBIDDEN");
      });
    }
  });

  describe("reads an address once, so what two parsers would read differently leads nowhere else:", () => {
    const written = (port: number) => [
      `http://8.8.8.8@127.0.0.1:${port}/`,
      `http://8.8.8.8:80@127.0.0.1:${port}/`,
      `http://127.0.0.1:${port}\\@8.8.8.8/`,
      `http://127.0.0.1:${port}#@8.8.8.8/`,
      `http://127.0.0.1:${port}?@8.8.8.8/`,
      `http:\\\\127.0.0.1:${port}\\`,
      `http:127.0.0.1:${port}`,
      `http:////127.0.0.1:${port}`,
      `\u0000http://127.0.0.1:${port}/`,
      `ht\ntp://127.0.0.1:${port}/`,
      `http://127.0.\t0.1:${port}/`,
      `HTTP://LOCALHOST:${port}/`,
      `http://ⓛocalhost:${port}/`,
    ];
    for (const index of written(0).keys()) {
      it(JSON.stringify(written(4000)[index]), async () => {
        await failed(get(open(), written(server.port)[index]!), "HOST_FORBIDDEN");
        expect(server.connections).to.equal(0);
      });
    }

    it("an allowance is for the host that is called, not for one that is only written", async () => {
      const http = open({ allow: ["shop.test"], lookup: resolvingInTurn("127.0.0.1") });
      await failed(get(http, `http://shop.test@other.test:${server.port}/`), "HOST_FORBIDDEN");
      expect(await get(http, `http://other.test@shop.test:${server.port}/`)).to.include({ text: "inside" });
    });
  });

  describe("asks for an address again with each connection, so a name that changes it", () => {
    it("is refused when it was judged before and is called now", async () => {
      const lookup = resolvingInTurn("93.184.215.14", "127.0.0.1");
      const downloads = openDownloads({ timeoutMs: 2_000, maxBytes: 10_000, allow: [], userAgent: "x", lookup });
      closers.push(() => downloads.close());
      const judged = await downloads.addressesOf({ hostname: "shop.test", port: String(server.port) });
      expect(judged).to.deep.equal(["93.184.215.14"]);
      await failed(downloads.get(`http://shop.test:${server.port}/`), "HOST_FORBIDDEN");
      expect(server.connections).to.equal(0);
    });

    it("is refused to other protocols, too, in every spelling", async () => {
      const http = open({ lookup: resolvingInTurn("127.0.0.1") });
      await failed(http.connect({ hostname: "mail.test", port: server.port }, 1_000), "HOST_FORBIDDEN");
      for (const hostname of ["127.0.0.1", "[::1]", "::ffff:127.0.0.1", "[64:ff9b::7f00:1]"]) {
        await failed(http.connect({ hostname, port: server.port }, 1_000), "HOST_FORBIDDEN");
      }
      const system = open();
      for (const hostname of ["localhost", "2130706433", "0x7f.1"]) {
        await failed(system.connect({ hostname, port: server.port }, 1_000), "HOST_FORBIDDEN");
      }
      expect(server.connections).to.equal(0);
    });
  });

  describe("is not held up or filled up by who answers:", () => {
    const broken = (url: string, changes: Partial<HttpOptions> = {}) =>
      failed(get(open({ allow: ["127.0.0.1"], ...changes }), url), "ENDPOINT_OUTCOME_UNKNOWN");

    it("an answer that trickles ends with the call's time, and so does its connection", async () => {
      const hungUp = new Promise<void>((resolve) => {
        server.script = (response) => {
          response.writeHead(200);
          const trickle = setInterval(() => response.write("."), 10);
          response.on("close", () => {
            clearInterval(trickle);
            resolve();
          });
        };
      });
      const { details } = await broken(server.url, { timeoutMs: 200 });
      expect(details.reason).to.equal("no complete answer within 200 ms");
      await hungUp;
    });

    it("a head that never ends", async () => {
      const { url } = await startRaw((socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        const trickle = setInterval(() => socket.write("x-a: b\r\n"), 10);
        socket.on("close", () => clearInterval(trickle));
      });
      expect((await broken(url, { timeoutMs: 200 })).details.reason).to.include("within 200 ms");
    });

    it("preliminary answers without end", async () => {
      const { url } = await startRaw((socket) => {
        const flood = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(50)), 5);
        socket.on("close", () => clearInterval(flood));
      });
      expect((await broken(url, { timeoutMs: 200 })).details.reason).to.include("within 200 ms");
    });

    for (const [what, head] of [
      ["one header of a megabyte", `x-bomb: ${"b".repeat(1_048_576)}\r\n`],
      ["a hundred thousand headers", "x-bomb: b\r\n".repeat(100_000)],
      ["a header with a name of a megabyte", `${"b".repeat(1_048_576)}: x\r\n`],
    ] as const) {
      it(what, async () => {
        const { url } = await startRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n`));
        expect((await broken(url)).details.reason).to.include("headers are too large");
      });
    }

    it("an answer that unpacks to a thousand times its size is not unpacked", async () => {
      const packed = gzipSync(Buffer.alloc(8_000_000));
      server.script = (response) =>
        response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
      const http = open({ allow: ["127.0.0.1"] });
      const { bytes } = await http.download({ method: "GET", url: server.url, headers: {} });
      expect(Buffer.compare(Buffer.from(bytes), packed)).to.equal(0);
      expect(server.seen[0]!.headers).not.to.have.property("accept-encoding");
    });

    it("a body without end, announced as short", async () => {
      const { url } = await startRaw((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const flood = setInterval(() => socket.write(`1000\r\n${"x".repeat(4_096)}\r\n`), 5);
        socket.on("close", () => clearInterval(flood));
      });
      expect((await broken(url)).details.reason).to.include("too large");
    });
  });
});
