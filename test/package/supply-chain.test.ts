import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { optional: boolean }>;
}
const integrity = "sha512-AAAA";
const good: Locked = { integrity, license: "MIT" };

describe("The gate of the supply chain", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchbay-supply-"));
    await mkdir(join(folder, "src", "console"), { recursive: true });
    await writeFile(join(folder, ".npmrc"), "ignore-scripts=true\n");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs the gate over a made-up package, with a registry on this machine. */
  async function check(
    packages: Record<string, Locked>,
    registry = "http://127.0.0.1:9",
  ): Promise<{ status: number; told: string }> {
    const dependencies = Object.fromEntries(
      Object.keys(packages).map((place) => [place.split("node_modules/").at(-1), "1"]),
    );
    const versioned = Object.entries(packages).map(([place, one]) => [place, { version: "1.0.0", ...one }] as const);
    const lock = { lockfileVersion: 3, packages: { "": { dependencies }, ...Object.fromEntries(versioned) } };
    await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
    await writeFile(join(folder, "package.json"), JSON.stringify({ dependencies }));
    const env = { ...process.env, npm_config_registry: registry, npm_config_cache: join(folder, "cache") };
    return new Promise((resolve) => {
      execFile(process.execPath, [packagePath("scripts/supply-chain.mjs"), folder], { env }, (error, out, complaints) =>
        resolve({ status: Number(error?.code ?? 0), told: out + complaints }),
      );
    });
  }
  const problemsOf = async (packages: Record<string, Locked>): Promise<string[]> => {
    const { status, told } = await check(packages);
    const problems = told.split("\n").filter((line) => line.startsWith("node_modules/") || line.startsWith(".npmrc"));
    expect(status, told).to.equal(problems.length === 0 ? 0 : 1);
    return problems;
  };

  it("lets locked packages under known licences pass, and says that the registry could not be asked", async () => {
    const { status, told } = await check({ "node_modules/a": good, "node_modules/b": { ...good, license: "ISC" } });
    expect(told)
      .to.contain("the registry does not answer")
      .and.contain("2 packages locked, 2 of them shipped, 0 problems");
    expect(status).to.equal(0);
  });

  it("refuses a package of which the registry knows something bad, and lets slighter things pass", async () => {
    const advisory = {
      id: 1,
      url: "https://example.com/1",
      title: "hole",
      vulnerable_versions: "<2",
      cwe: [],
      cvss: {},
    };
    const registry = await startRegistry((name) => [{ ...advisory, severity: name === "bad" ? "high" : "moderate" }]);
    try {
      const { status, told } = await check({ "node_modules/bad": good, "node_modules/so-so": good }, registry.url);
      expect(told).to.contain("bad").and.contain("has an advisory: high").and.not.contain("so-so");
      expect(status).to.equal(1);
    } finally {
      registry.server.close();
    }
  });

  it("refuses what is not one content from a registry", async () => {
    const found = await problemsOf({
      "node_modules/none": { license: "MIT" },
      "node_modules/weak": { ...good, integrity: "sha1-AAAA" },
      "node_modules/git": { ...good, resolved: "git+ssh://git@example.com/a.git" },
      "node_modules/linked": { link: true, license: "MIT" },
    });
    expect(found.join("\n")).to.match(
      /none has no SHA-512.*\n.*weak has no SHA-512.*\n.*git comes from.*\n.*linked is a link/,
    );
  });

  it("refuses a licence that is not allowed in what is shipped, and leaves tools alone", async () => {
    const found = await problemsOf({
      "node_modules/copyleft": { ...good, license: "GPL-3.0-only" },
      "node_modules/either": { ...good, license: "(GPL-2.0 OR MIT)" },
      "node_modules/both": { ...good, license: "MIT AND GPL-2.0" },
      "node_modules/unsaid": { integrity },
      "node_modules/tool": { ...good, license: "MPL-2.0", dev: true },
    });
    expect(found.map((line) => line.split(" ")[0])).to.deep.equal([
      ...["node_modules/both", "node_modules/copyleft", "node_modules/unsaid"],
    ]);
  });

  it("looks at what is built into the console as at what is installed, with all that needs", async () => {
    await writeFile(
      join(folder, "src", "console", "main.tsx"),
      'import { a } from "ui/parts";\nimport type { b } from "tool";\n',
    );
    const dev = { ...good, dev: true };
    const closed = { ...dev, license: "Proprietary" };
    const found = await problemsOf({
      "node_modules/ui": {
        ...dev,
        dependencies: { inner: "1" },
        peerDependencies: { peer: "1", extra: "1" },
        peerDependenciesMeta: { extra: { optional: true } },
      },
      "node_modules/ui/node_modules/inner": { ...closed, dependencies: { deep: "1" } },
      "node_modules/inner": closed,
      "node_modules/deep": closed,
      "node_modules/peer": closed,
      "node_modules/extra": closed,
      "node_modules/tool": closed,
    });
    expect(found.map((line) => line.split(" ")[0])).to.deep.equal([
      ...["node_modules/deep", "node_modules/peer", "node_modules/ui/node_modules/inner"],
    ]);
  });

  it("refuses an install script that nobody has looked at, and a setting that would run them", async () => {
    const script = { ...good, hasInstallScript: true };
    expect(await problemsOf({ "node_modules/@photostructure/sqlite": script })).to.deep.equal([]);
    await writeFile(join(folder, ".npmrc"), "");
    const found = await problemsOf({ "node_modules/a/node_modules/miner": script });
    expect(found).to.have.lengthOf(2);
    expect(found.join()).to.contain("ignore-scripts").and.contain("miner wants to run a script");
  });
});

/** A registry that knows of two packages, and something of each. */
async function startRegistry(advise: (name: string) => object[]): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const name = request.url?.split("/").at(-1) ?? "";
    const dist = { tarball: "http://127.0.0.1:9/a.tgz", integrity };
    const known = { name, "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": { name, version: "1.0.0", dist } } };
    const answer =
      request.method === "POST" ? Object.fromEntries(["bad", "so-so"].map((one) => [one, advise(one)])) : known;
    request
      .resume()
      .on("end", () => response.setHeader("content-type", "application/json").end(JSON.stringify(answer)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
