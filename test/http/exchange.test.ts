import { expect } from "chai";
import { Client, errors } from "undici";
import type { PatchbayError } from "../../src/core/errors.js";
import { createExchange } from "../../src/http/exchange.js";
import { toCallError } from "../../src/http/failure.js";
import type { HttpDownload } from "../../src/http/http.js";
import { failed } from "./failed.js";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.js";

describe("an exchange", () => {
  let server: ScriptedServer;
  let client: Client;

  beforeEach(async () => {
    server = await startScriptedServer(() => {});
    client = new Client(server.url);
  });

  afterEach(async () => {
    await client.destroy();
    await server.close();
  });

  it("refuses to be sent a second time, whatever the client below thinks of it, and is unknown then", async () => {
    const other = new Client(server.url);
    const outcome = new Promise<HttpDownload>((resolve, reject) => {
      const handler = createExchange({ host: "shop.test", timeoutMs: 5_000, maxResponseBytes: 1_000, resolve, reject });
      const request = { method: "POST", body: "a=1" } as const;
      server.script = () => other.dispatch({ ...request, path: "/twice" }, handler);
      client.dispatch({ ...request, path: "/once" }, handler);
    });
    const error = await failed(outcome, "ENDPOINT_OUTCOME_UNKNOWN");
    await other.destroy();
    expect(error.details).to.deep.equal({ host: "shop.test", reason: "Error" });
    expect(server.seen.map(({ path }) => path)).to.deep.equal(["/once"]);
  });

  it("cannot be built only as long as nothing of it was sent", () => {
    const wrong = new errors.InvalidArgumentError("invalid header");
    const named = (started: boolean): PatchbayError =>
      toCallError(wrong, { host: "shop.test", started, httpStatus: null });
    expect(named(false).code).to.equal("INTERNAL_ERROR");
    expect(named(true).code).to.equal("ENDPOINT_OUTCOME_UNKNOWN");
  });
});
