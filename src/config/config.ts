import { Ajv } from "ajv";
import type { ProcessRole } from "../core/crew.js";
import { PatchbayError } from "../core/errors.js";
import type { RetentionPolicy } from "../core/retention.js";
import { type EnvironmentName, environment } from "./environment.js";
import { readSignInProvider, type SignInProviderConfig } from "./sign-in-provider.js";

const HOUR_MS = 3_600_000;

/** Where and how this process runs; read once, frozen. Units are in the names. */
export interface Config {
  readonly databaseUrl: string;
  readonly role: ProcessRole;
  readonly port: number;
  readonly host: string;
  /** What vendors and people call this server by, without a slash at the end; null when only this machine can. */
  readonly publicUrl: string | null;
  readonly secret: string | null;
  /** Path of a file that holds it. */
  readonly secretFile: string | null;
  /** Opens what was sealed before the secret was replaced. */
  readonly previousSecret: string | null;
  readonly previousSecretFile: string | null;
  /** Whether what says who somebody is is sealed in the database. */
  readonly encryptPeople: boolean;
  readonly apiKey: string | null;
  readonly logLevel: string;
  readonly bodyLimitBytes: number;
  readonly maxConnections: number;
  readonly callerLimits: {
    readonly requestsPerSecond: number;
    readonly refusalsPerMinute: number;
    readonly loopback: boolean;
  };
  /** Addresses and networks of proxies in front of this server. */
  readonly trustProxy: readonly string[];
  /** Where people sign in, other than here; null when nowhere. */
  readonly signInProvider: SignInProviderConfig | null;
  readonly outboundAllow: readonly string[];
  /** Sources of indexes, the first first. */
  readonly collectionIndexes: readonly string[];
  /** Path of the private key that collections are signed with. */
  readonly publisherKey: string;
  /** Command that a text is edited with; null when none is known. */
  readonly editor: string | null;
  readonly callTimeoutMs: number;
  readonly translatorTimeoutMs: number;
  readonly translatorMemoryMb: number;
  readonly translatorThreads: number;
  readonly inlineRuns: number;
  readonly maxBacklog: number;
  readonly reconcileAfterMs: number;
  readonly confirmAfterMs: number;
  readonly askPrices: boolean;
  /** How often each connection is looked at; null for never. */
  readonly checkEveryMs: number | null;
  readonly flowsFolder: string;
  readonly retention: RetentionPolicy;
  /** Where CLI commands find the server. */
  readonly serverUrl: string;
}

/**
 * Reads the configuration from environment variables.
 *
 * @throws CONFIG_INVALID naming every variable that is wrong, all at once.
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const raw: Record<string, unknown> = {};
  for (const [name, { default: standard }] of Object.entries(environment)) {
    const given = variables[name];
    raw[name] = given === undefined || given === "" ? standard : given;
  }
  // The schema is our own: its check against the meta-schema would take 50 ms of every command.
  const ajv = new Ajv({ allErrors: true, coerceTypes: true, meta: false, validateSchema: false });
  const validate = ajv.compile(environmentSchema());
  if (!validate(raw)) {
    const problems = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath.slice(1)} ${message}`);
    throw new PatchbayError("CONFIG_INVALID", `These environment variables are not valid: ${problems.join("; ")}`);
  }
  return toConfig(raw);
}

function environmentSchema(): object {
  const properties = Object.fromEntries(Object.entries(environment).map(([name, { schema }]) => [name, schema]));
  return { type: "object", properties };
}

function toConfig(values: Record<string, unknown>): Config {
  const text = (name: EnvironmentName): string => String(values[name]);
  const number = (name: EnvironmentName): number => Number(values[name]);
  const days = (name: EnvironmentName): number | null => (number(name) === 0 ? null : number(name));
  const optional = (name: EnvironmentName): string | null => (text(name) === "" ? null : text(name));
  const config: Config = {
    databaseUrl: text("DATABASE_URL"),
    role: text("ROLE") as ProcessRole,
    port: number("PORT"),
    host: text("HOST"),
    publicUrl: optional("PUBLIC_URL")?.replace(/\/+$/, "") ?? null,
    secret: optional("PATCHBAY_SECRET"),
    secretFile: optional("PATCHBAY_SECRET_FILE"),
    previousSecret: optional("PATCHBAY_SECRET_PREVIOUS"),
    previousSecretFile: optional("PATCHBAY_SECRET_PREVIOUS_FILE"),
    encryptPeople: text("ENCRYPT_PEOPLE") === "yes",
    apiKey: optional("PATCHBAY_API_KEY"),
    logLevel: text("LOG_LEVEL"),
    bodyLimitBytes: number("BODY_LIMIT_BYTES"),
    maxConnections: number("MAX_CONNECTIONS"),
    callerLimits: Object.freeze({
      requestsPerSecond: number("RATE_LIMIT_PER_SECOND"),
      refusalsPerMinute: number("REFUSALS_PER_MINUTE"),
      loopback: text("RATE_LIMIT_LOOPBACK") === "yes",
    }),
    trustProxy: listOf(text("TRUST_PROXY")),
    signInProvider: readSignInProvider(text),
    outboundAllow: listOf(text("OUTBOUND_ALLOW")),
    collectionIndexes: listOf(text("COLLECTION_INDEXES")),
    publisherKey: text("PUBLISHER_KEY"),
    editor: optional("EDITOR"),
    callTimeoutMs: number("CALL_TIMEOUT_MS"),
    translatorTimeoutMs: number("TRANSLATOR_TIMEOUT_MS"),
    translatorMemoryMb: number("TRANSLATOR_MEMORY_MB"),
    translatorThreads: number("TRANSLATOR_THREADS"),
    inlineRuns: number("INLINE_RUNS"),
    maxBacklog: number("MAX_BACKLOG"),
    reconcileAfterMs: number("RECONCILE_AFTER_MS"),
    confirmAfterMs: number("CONFIRM_AFTER_MS"),
    askPrices: text("ASK_PRICES") === "yes",
    checkEveryMs: number("CONNECTION_CHECK_HOURS") === 0 ? null : number("CONNECTION_CHECK_HOURS") * HOUR_MS,
    flowsFolder: text("FLOWS_FOLDER"),
    retention: Object.freeze({
      succeededDays: days("RETENTION_SUCCEEDED_DAYS"),
      failedDays: days("RETENTION_FAILED_DAYS"),
      payloadDays: days("RETENTION_PAYLOAD_DAYS"),
      answersDays: days("RETENTION_ANSWERS_DAYS"),
    }),
    serverUrl: optional("PATCHBAY_URL")?.replace(/\/+$/, "") ?? `http://127.0.0.1:${text("PORT")}`,
  };
  refuseHastyQuestions(config);
  refuseProviderWithoutWayBack(config);
  refuseTwoSecrets(config);
  if (config.encryptPeople) requireOwnSecret(config, "ENCRYPT_PEOPLE is yes");
  return Object.freeze(config);
}

function listOf(text: string): readonly string[] {
  return Object.freeze(text.split(/[\s,]+/).filter((item) => item !== ""));
}

/** Where the provider sends people back to is an address of this server. */
function refuseProviderWithoutWayBack({ signInProvider, publicUrl }: Config): void {
  if (signInProvider === null || publicUrl !== null) return;
  throw new PatchbayError(
    "CONFIG_INVALID",
    "OIDC_ISSUER is set and PUBLIC_URL is not: the provider needs to know where people come back to.",
  );
}

/** Of a secret and a file with one, nobody could tell which holds. */
function refuseTwoSecrets({ secret, secretFile, previousSecret, previousSecretFile }: Config): void {
  const pairs = {
    PATCHBAY_SECRET: [secret, secretFile],
    PATCHBAY_SECRET_PREVIOUS: [previousSecret, previousSecretFile],
  };
  for (const [name, [text, file]] of Object.entries(pairs)) {
    if (text === null || file === null) continue;
    throw new PatchbayError("CONFIG_INVALID", `${name} and ${name}_FILE are both set: leave one of them out.`);
  }
}

/**
 * A key that is kept beside the database is stolen with it.
 * @param why What the secret is needed for.
 * @throws CONFIG_INVALID
 */
export function requireOwnSecret({ secret, secretFile }: Pick<Config, "secret" | "secretFile">, why: string): void {
  if (secret !== null || secretFile !== null) return;
  const message = `${why} and PATCHBAY_SECRET is not set: the one that is kept beside the database is stolen with it. Set PATCHBAY_SECRET, or PATCHBAY_SECRET_FILE, and keep it elsewhere; what is sealed cannot be read without it.`;
  throw new PatchbayError("CONFIG_INVALID", message);
}

/** Asked before the call has ended, the vendor has nothing of it yet: the call would be made twice. */
function refuseHastyQuestions({ callTimeoutMs, reconcileAfterMs }: Config): void {
  if (reconcileAfterMs > callTimeoutMs) return;
  throw new PatchbayError(
    "CONFIG_INVALID",
    `RECONCILE_AFTER_MS is ${reconcileAfterMs} and CALL_TIMEOUT_MS ${callTimeoutMs}: the vendor must not be asked what became of a call that may still be under way. Make the first the larger.`,
  );
}
