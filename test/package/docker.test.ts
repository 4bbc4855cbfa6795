import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { environment } from "../../src/config/environment.js";
import { packagePath } from "../../src/config/package-root.js";

const read = (file: string): string => readFileSync(packagePath(file), "utf8");

/** Instructions of the Dockerfile, continued lines joined, by stage. */
function instructions(): { word: string; rest: string; stage: string }[] {
  const lines = read("Dockerfile")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  let stage = "";
  return lines.map((line) => {
    const [word = "", ...rest] = line.trim().split(/\s+/);
    if (word === "FROM") stage = rest[2] ?? "last";
    return { word, rest: rest.join(" "), stage };
  });
}

/** What a COPY takes and where it is from: null for the folder that is built. */
function copies(): { from: string | null; sources: string[]; stage: string }[] {
  return instructions()
    .filter(({ word }) => word === "COPY")
    .map(({ rest, stage }) => {
      const words = rest.split(" ");
      const from = words.find((one) => one.startsWith("--from="))?.slice("--from=".length) ?? null;
      return { from, stage, sources: words.filter((one) => !one.startsWith("--")).slice(0, -1) };
    });
}

interface Service {
  readonly command?: string[];
  readonly env_file?: string;
  readonly environment?: Record<string, string>;
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: { test?: string[]; disable?: boolean };
  readonly deploy?: { replicas: number };
  readonly volumes?: string[];
}
const compose = parse(read("docker-compose.yml"), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};

/** Names that are set in an environment file. */
const namesIn = (file: string): string[] => [...read(file).matchAll(/^([A-Z_]+)=/gm)].map(([, name = ""]) => name);

/** What a linter of Dockerfiles finds, with the line. */
const findingsIn = (dockerfile: string): string[] =>
  validate(dockerfile).map(({ range, message }) => `${range.start.line + 1}: ${message}`);

describe("The Dockerfile", () => {
  it("has nothing that a linter finds fault with, which finds what is wrong", () => {
    const text = read("Dockerfile");
    expect(findingsIn(text)).to.deep.equal([]);
    const bad = text.replace("EXPOSE 4000", "EXPOSE the-port").replace("WORKDIR /app\n", "WORKDIRR /app\n");
    expect(findingsIn(bad)).to.have.lengthOf(2);
    expect(findingsIn(bad).join()).to.include("WORKDIRR").and.include("the-port");
  });

  it("copies only what is there, and what .dockerignore lets through", () => {
    const allowed = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, path]) => path);
    const own = copies().filter(({ from }) => from === null);
    expect(own.length).to.be.greaterThan(4);
    for (const source of own.flatMap(({ sources }) => sources)) {
      expect(existsSync(packagePath(source)), source).to.equal(true);
      expect(allowed).to.include(source);
    }
    for (const path of allowed) expect(own.flatMap(({ sources }) => sources)).to.include(path);
  });

  it("copies between stages that there are", () => {
    const stages = instructions().filter(({ word }) => word === "FROM");
    for (const { from } of copies()) if (from !== null) expect(stages.map(({ stage }) => stage)).to.include(from);
    for (const { rest } of stages) expect(rest).to.match(/^node:20-bookworm-slim( AS \w+)?$/);
  });

  it("ships every folder that the package ships and that is read at run time", () => {
    const { files } = JSON.parse(read("package.json")) as { files: string[] };
    const last = copies().filter(({ stage }) => stage === "last");
    const shipped = last.flatMap(({ sources }) => sources.map((source) => source.replace("/app/", "")));
    const needed = files.filter((file) => !/^!?docs/.test(file)).map((file) => file.replace(/\/\*\*.*/, ""));
    expect(shipped).to.include.members(needed);
    expect(last.find(({ sources }) => sources.includes("/app/node_modules"))?.from).to.equal("dependencies");
  });

  it("installs no development dependencies, and runs as a user with nothing to write but /data", () => {
    const all = instructions();
    const install = all.find(({ word, stage }) => word === "RUN" && stage === "dependencies");
    expect(install?.rest).to.match(/^npm ci --omit=dev\b/);
    const last = all.filter(({ stage }) => stage === "last").map(({ word }) => word);
    expect(all.find(({ word }) => word === "USER")?.rest).to.equal("node");
    expect(last.indexOf("USER")).to.be.lessThan(last.indexOf("ENTRYPOINT"));
  });

  it("sets only variables that are read, starts what the package starts, and asks it how it is", () => {
    const set = instructions().find(({ word }) => word === "ENV")?.rest ?? "";
    const names = [...set.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name);
    expect(names).to.have.lengthOf(4);
    expect(Object.keys(environment)).to.include.members(names);
    const rest = (wanted: string): string => instructions().find(({ word }) => word === wanted)?.rest ?? "";
    const { bin } = JSON.parse(read("package.json")) as { bin: { patchbay: string } };
    expect((JSON.parse(rest("ENTRYPOINT")) as string[]).at(-1)).to.equal(bin.patchbay);
    expect(JSON.parse(rest("HEALTHCHECK").replace(/^.*? CMD /, ""))).to.have.lengthOf(3);
    expect(rest("HEALTHCHECK")).to.include("/healthz");
  });
});

describe("docker-compose.yml", () => {
  it("has two processes of each role on one database", () => {
    const { api, worker, postgres } = compose.services;
    expect([api?.command, api?.deploy?.replicas]).to.deep.equal([["start", "--role", "api"], 2]);
    expect([worker?.command, worker?.deploy?.replicas]).to.deep.equal([["start", "--role", "worker"], 2]);
    expect(postgres?.healthcheck?.test).to.not.equal(undefined);
  });

  it("starts things in an order: the database, what brings it up to date, the rest", () => {
    for (const { depends_on: before = {} } of Object.values(compose.services)) {
      for (const name of Object.keys(before)) expect(compose.services).to.have.property(name);
    }
    expect(compose.services.migrate?.depends_on).to.deep.equal({ postgres: { condition: "service_healthy" } });
    for (const name of ["api", "worker"] as const) {
      expect(compose.services[name]?.depends_on).to.have.nested.property(
        "migrate.condition",
        "service_completed_successfully",
      );
    }
  });

  it("takes secrets from a file that is never committed, and names only variables that are read", () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.env_file).to.equal(name === "postgres" ? "postgres.env" : "patchbay.env");
    }
    expect(read(".gitignore").split("\n")).to.include.members(["patchbay.env", "postgres.env"]);
    expect(namesIn("postgres.env.example")).to.deep.equal(["POSTGRES_PASSWORD"]);
    const own = namesIn("patchbay.env.example");
    expect(own).to.include.members(["DATABASE_URL", "PATCHBAY_SECRET", "PATCHBAY_API_KEY"]);
    expect(Object.keys(environment)).to.include.members(own);
    for (const [name, service] of Object.entries(compose.services)) {
      if (name !== "postgres")
        expect(Object.keys(environment)).to.include.members(Object.keys(service.environment ?? {}));
    }
  });

  it("asks every process that goes on how it is: workers too, which answer /healthz", () => {
    const unasked = Object.entries(compose.services).filter(([, { healthcheck }]) => healthcheck?.disable === true);
    expect(unasked.map(([name]) => name)).to.deep.equal(["migrate"]);
    const roles: readonly string[] = environment.ROLE.schema.enum;
    for (const { command = [] } of [compose.services.api, compose.services.worker] as Service[]) {
      expect(command[1]).to.equal("--role");
      expect(roles).to.include(command[2] ?? "");
    }
    // A worker's own health check reaches it by this machine's name for itself only.
    expect(compose.services.worker?.environment?.HOST).to.equal("127.0.0.1");
  });

  it("uses volumes that it names, and folders that are there", () => {
    for (const volume of Object.values(compose.services).flatMap(({ volumes = [] }) => volumes)) {
      const [source = ""] = volume.split(":");
      if (source.startsWith("./")) expect(existsSync(packagePath(source)), source).to.equal(true);
      else expect(compose.volumes).to.have.property(source);
    }
  });
});
