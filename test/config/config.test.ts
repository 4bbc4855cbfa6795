import { expect } from "chai";
import { readConfig } from "../../src/config/config.js";
import { environment } from "../../src/config/environment.js";
import { PatchbayError } from "../../src/core/errors.js";

/** The message with which these variables are refused. */
function refusal(variables: Record<string, string>): string {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "CONFIG_INVALID") return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

const apiKey = "0123456789abcdef";

describe("readConfig", () => {
  it("needs no environment at all", () => {
    expect(readConfig({})).to.deep.equal({
      databaseUrl: "sqlite:./data/patchbay.db",
      role: "all",
      port: 4000,
      host: "127.0.0.1",
      publicUrl: null,
      secret: null,
      secretFile: null,
      previousSecret: null,
      previousSecretFile: null,
      encryptPeople: false,
      apiKey: null,
      logLevel: "info",
      bodyLimitBytes: 4_194_304,
      outboundAllow: [],
      collectionIndexes: [],
      publisherKey: "./data/publisher.key",
      editor: null,
      callTimeoutMs: 15_000,
      checkEveryMs: 86_400_000,
      translatorTimeoutMs: 1_000,
      translatorMemoryMb: 64,
      translatorThreads: 1,
      inlineRuns: 256,
      maxBacklog: 100_000,
      reconcileAfterMs: 60_000,
      confirmAfterMs: 86_400_000,
      askPrices: false,
      maxConnections: 16_384,
      callerLimits: { requestsPerSecond: 1_000, refusalsPerMinute: 60, loopback: false },
      trustProxy: [],
      signInProvider: null,
      flowsFolder: "./flows",
      retention: { succeededDays: null, failedDays: null, payloadDays: null, answersDays: null },
      serverUrl: "http://127.0.0.1:4000",
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const empty = Object.fromEntries(Object.keys(environment).map((name) => [name, ""]));
    expect(readConfig(empty)).to.deep.equal(readConfig({}));
  });

  it("refuses to ask the vendor about a call that may still be under way", () => {
    const hasty = { CALL_TIMEOUT_MS: "5000", RECONCILE_AFTER_MS: "5000" };
    expect(() => readConfig(hasty)).to.throw(PatchbayError, "RECONCILE_AFTER_MS is 5000 and CALL_TIMEOUT_MS 5000");
    expect(readConfig({ ...hasty, RECONCILE_AFTER_MS: "5001" })).to.include({ reconcileAfterMs: 5_001 });
  });

  it("seals people only under a secret that is not kept beside the database", () => {
    expect(refusal({ ENCRYPT_PEOPLE: "yes" })).to.include("PATCHBAY_SECRET is not set");
    expect(readConfig({ ENCRYPT_PEOPLE: "yes", PATCHBAY_SECRET_FILE: "/run/secrets/patchbay" }).encryptPeople).to.equal(
      true,
    );
  });

  it("reads every variable", () => {
    const config = readConfig({
      DATABASE_URL: "sqlite::memory:",
      ROLE: "worker",
      PORT: "0",
      HOST: "0.0.0.0",
      PUBLIC_URL: "https://patchbay.example.com",
      PATCHBAY_SECRET: "a secret of 16 or more",
      ...{ OIDC_ISSUER: "https://id.example.com", OIDC_CLIENT_ID: "patchbay", OIDC_CLIENT_SECRET: "s3cret" },
      ...{ OIDC_ROLE_CLAIM: "roles", OIDC_ROLES: "admins=owner, desk=agent" },
      PATCHBAY_SECRET_PREVIOUS: "the secret before that one",
      ENCRYPT_PEOPLE: "yes",
      PATCHBAY_API_KEY: apiKey,
      PATCHBAY_URL: "https://internal.example.com/",
      LOG_LEVEL: "silent",
      BODY_LIMIT_BYTES: "2048",
      MAX_CONNECTIONS: "100",
      RATE_LIMIT_PER_SECOND: "50",
      REFUSALS_PER_MINUTE: "0",
      RATE_LIMIT_LOOPBACK: "yes",
      TRUST_PROXY: "10.0.0.0/8,fd00::1",
      OUTBOUND_ALLOW: "127.0.0.1:4010, twilio.test  other.test",
      COLLECTION_INDEXES: "./index, https://example.com/index.json",
      PUBLISHER_KEY: "/run/secrets/publisher",
      CALL_TIMEOUT_MS: "100",
      CONNECTION_CHECK_HOURS: "0",
      TRANSLATOR_TIMEOUT_MS: "10",
      TRANSLATOR_MEMORY_MB: "16",
      TRANSLATOR_THREADS: "2",
      INLINE_RUNS: "0",
      MAX_BACKLOG: "5",
      RECONCILE_AFTER_MS: "2000",
      CONFIRM_AFTER_MS: "60000",
      ASK_PRICES: "yes",
      FLOWS_FOLDER: "/srv/flows",
      EDITOR: "code --wait",
      RETENTION_SUCCEEDED_DAYS: "30",
      RETENTION_FAILED_DAYS: "90",
      RETENTION_PAYLOAD_DAYS: "7",
      RETENTION_ANSWERS_DAYS: "2",
    });
    expect(config).to.deep.equal({
      databaseUrl: "sqlite::memory:",
      role: "worker",
      port: 0,
      host: "0.0.0.0",
      publicUrl: "https://patchbay.example.com",
      secret: "a secret of 16 or more",
      secretFile: null,
      previousSecret: "the secret before that one",
      previousSecretFile: null,
      encryptPeople: true,
      apiKey,
      logLevel: "silent",
      bodyLimitBytes: 2_048,
      maxConnections: 100,
      callerLimits: { requestsPerSecond: 50, refusalsPerMinute: 0, loopback: true },
      trustProxy: ["10.0.0.0/8", "fd00::1"],
      signInProvider: {
        ...{ issuer: "https://id.example.com", clientId: "patchbay", clientSecret: "s3cret", roleClaim: "roles" },
        roles: [
          ["admins", "owner"],
          ["desk", "agent"],
        ],
      },
      outboundAllow: ["127.0.0.1:4010", "twilio.test", "other.test"],
      collectionIndexes: ["./index", "https://example.com/index.json"],
      publisherKey: "/run/secrets/publisher",
      editor: "code --wait",
      callTimeoutMs: 100,
      checkEveryMs: null,
      translatorTimeoutMs: 10,
      translatorMemoryMb: 16,
      translatorThreads: 2,
      inlineRuns: 0,
      maxBacklog: 5,
      reconcileAfterMs: 2_000,
      confirmAfterMs: 60_000,
      askPrices: true,
      flowsFolder: "/srv/flows",
      retention: { succeededDays: 30, failedDays: 90, payloadDays: 7, answersDays: 2 },
      serverUrl: "https://internal.example.com",
    });
  });

  it("names every variable that is wrong, all at once", () => {
    const message = refusal({
      DATABASE_URL: "mysql://localhost",
      PORT: "70000",
      LOG_LEVEL: "loud",
      PUBLIC_URL: "patchbay.example.com",
      PATCHBAY_SECRET: "short",
      CALL_TIMEOUT_MS: "soon",
      TRANSLATOR_THREADS: "1.5",
    });
    for (const name of [
      "DATABASE_URL",
      "PORT",
      "LOG_LEVEL",
      "PUBLIC_URL",
      "PATCHBAY_SECRET",
      "CALL_TIMEOUT_MS",
      "TRANSLATOR_THREADS",
    ]) {
      expect(message).to.contain(name);
    }
    expect(message).not.to.contain("BODY_LIMIT_BYTES");
  });

  it("takes a file and a PostgreSQL server for the database, and nothing else", () => {
    for (const url of ["sqlite:shop.db", "postgres://db/shop", "postgresql://ann:pass@db:5433/shop?sslmode=require"]) {
      expect(readConfig({ DATABASE_URL: url }).databaseUrl).to.equal(url);
    }
    for (const url of ["mysql://db/shop", "postgres:shop", "postgres://", "shop.db"]) {
      expect(refusal({ DATABASE_URL: url })).to.contain("DATABASE_URL");
    }
  });

  it("says what a sign-in provider lacks", () => {
    const given = { OIDC_ISSUER: "https://id.example.com", PUBLIC_URL: "https://shop.example.com" };
    expect(refusal(given)).to.contain("OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ROLES are not");
    const client = { ...given, OIDC_CLIENT_ID: "patchbay", OIDC_CLIENT_SECRET: "s3cret" };
    expect(refusal({ ...client, OIDC_ROLES: "admins=king" }))
      .to.contain('"admins=king"')
      .and.to.contain("owner");
    expect(refusal({ ...client, OIDC_ROLES: "a=read", PUBLIC_URL: "" })).to.contain("PUBLIC_URL");
  });

  it("never repeats a secret that is wrong", () => {
    expect(refusal({ PATCHBAY_SECRET: "hunter2", PATCHBAY_API_KEY: "letmein" })).not.to.match(/hunter2|letmein/);
  });

  for (const host of ["127.0.0.1", "::1", "localhost", "0.0.0.0", "192.168.1.5"]) {
    it(`listens on ${host} without an API key: until somebody can sign in, the doors are closed to others`, () => {
      expect(readConfig({ HOST: host }).host).to.equal(host);
    });
  }

  it("trims the slashes at the end of PUBLIC_URL", () => {
    const { publicUrl } = readConfig({ PUBLIC_URL: "https://patchbay.example.com/hub//" });
    expect(publicUrl).to.equal("https://patchbay.example.com/hub");
  });

  it("finds the server at the chosen port", () => {
    expect(readConfig({ PORT: "4321" }).serverUrl).to.equal("http://127.0.0.1:4321");
  });

  it("is frozen, its lists too", () => {
    const config = readConfig({ OUTBOUND_ALLOW: "a.test" });
    expect(Object.isFrozen(config)).to.equal(true);
    expect(Object.isFrozen(config.outboundAllow)).to.equal(true);
  });

  it("ignores variables that are not ours", () => {
    expect(readConfig({ HOME: "/root", PORT_: "x" })).to.deep.equal(readConfig({}));
  });
});
