import { expect } from "chai";
import { startApp } from "../../src/app.js";
import { readConfig } from "../../src/config/config.js";
import { packagePath } from "../../src/config/package-root.js";
import { freePort } from "../../testing/free-port.js";
import { startPostgresServer } from "../../testing/postgres-server.js";
import { openTestApp } from "./parts.js";

const flow = `name: shared
title: Shared by all processes
on: { manual: true }
steps:
  - { id: tell, notify: Hello, level: info }
`;

describe("A flow that is made here, on PostgreSQL", function () {
  this.timeout(120_000);

  it("is there for every process, which can run it, and gone for every one", async () => {
    await using server = await startPostgresServer();
    const shared = { DATABASE_URL: await server.createDatabase(), PATCHBAY_SECRET: "a secret that processes share" };
    const test = await openTestApp(shared);
    const port = await freePort();
    const config = readConfig({ ...shared, PORT: `${port}`, LOG_LEVEL: "silent", FLOWS_FOLDER: packagePath("flows") });
    const other = await startApp(config);
    const path = "/api/v1/flows/local/shared";
    const statusAtOther = async () => (await fetch(other.url + path)).status;
    try {
      const made = await test.request("PUT", "/api/v1/local-flows/shared", { text: flow, basedOn: null });
      expect(made.status, JSON.stringify(made.body)).to.equal(200);
      await test.until(statusAtOther, (status) => status === 200);
      expect((await fetch(`${other.url}${path}/run`, { method: "POST" })).status).to.equal(202);
      await test.until(
        () => test.list("/api/v1/runs?flow=local/shared&status=succeeded"),
        (runs) => runs.length === 1,
      );
      await test.request("DELETE", "/api/v1/local-flows/shared");
      await test.until(statusAtOther, (status) => status === 404);
    } finally {
      await other.stop();
      await test.close();
    }
  });
});
