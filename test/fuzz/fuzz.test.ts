import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { Attempt } from "./attempt.js";
import { attempts } from "./attempts.js";
import { attemptsByRoute } from "./attempts-by-route.js";
import { faultAt, fuzz } from "./run.js";
import { type FuzzServer, startFuzzServer } from "./server.js";

/** Small, because this runs with every test; `npm run fuzz` goes on for as long as it is told, with another seed each time. */
const RUNS = 60;
/** Reading and checking a whole collection takes a hundred times as long as a push. */
const slowKinds: Readonly<Record<string, number>> = { "flow files": 12 };
const seed = 20_260_101;
const fixtures = packagePath("test/fixtures/fuzz");

describe(`Whatever is sent to a server (seed ${seed})`, function () {
  this.timeout(300_000);
  let server: FuzzServer;
  before(async () => {
    server = await startFuzzServer();
  });
  after(() => server.stop());

  for (const name of readdirSync(fixtures)) {
    it(`does no harm any more: ${name.replace(/\.json$/, "")}`, async () => {
      const attempt = JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8")) as Attempt;
      expect(await faultAt(attempt, server)).to.equal(null);
    });
  }

  for (const kind of [...Object.keys(attempts), "paths", "queries", "cursors", "bodies"]) {
    it(`is answered, and by no 5xx: ${kind}`, async () => {
      const all = { ...attempts, ...attemptsByRoute(await server.get("/openapi.json")) };
      const arbitrary = all[kind];
      if (arbitrary === undefined) throw new Error(`nothing of the kind ${kind} is made`);
      const found = await fuzz(arbitrary, server, { seed, runs: slowKinds[kind] ?? RUNS });
      const kept =
        found === null ? "" : `${found.fault}\nkeep it in test/fixtures/fuzz: ${JSON.stringify(found.attempt)}\n`;
      expect(kept + server.failures.splice(0).join("\n")).to.equal("");
    });
  }
});
