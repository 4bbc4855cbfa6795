import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { localTokenPath, removeLocalToken, writeLocalToken } from "./access/local-token.js";
import { openAccess } from "./access/open-access.js";
import type { PasswordCost } from "./access/passwords.js";
import { createSignInProvider, type SignInProvider } from "./access/sign-in-provider.js";
import { randomToken } from "./access/tokens.js";
import type { ApiDeps } from "./api/api-deps.js";
import { createCallerLimits } from "./api/caller-limits.js";
import { createClientAddress } from "./api/client-address.js";
import { createApi } from "./api/create-api.js";
import { listen } from "./api/listen.js";
import { watchLoopDelay } from "./api/loop-delay.js";
import { watchCommits } from "./api/watch-commits.js";
import { recordSignIns } from "./audit/sign-ins.js";
import { openTrail } from "./audit/trail.js";
import type { InstallerParts } from "./collections/installation.js";
import type { Installer, LeftOut } from "./collections/installer.js";
import { openInstaller } from "./collections/open-installer.js";
import type { Config } from "./config/config.js";
import { migrationsFolder, packagePath, packageVersion } from "./config/package-root.js";
import { createConnectors } from "./connectors/registry.js";
import { PatchbayError } from "./core/errors.js";
import { createNewId } from "./core/id.js";
import type { PhoneDesk } from "./core/phone-desk.js";
import type { Store } from "./core/store.js";
import type { EngineLimits } from "./engine/engine-parts.js";
import { FlowEngine } from "./engine/flow-engine.js";
import type { Http } from "./http/http.js";
import { openHttp } from "./http/open-http.js";
import { type Log, openLog } from "./log/log.js";
import { sealersOf } from "./open-sealer.js";
import { openSourceAccess } from "./open-source-access.js";
import { nationalOf, toE164 } from "./phone/phone.js";
import { whereaboutsOf } from "./phone/whereabouts.js";
import type { Sealer } from "./secrets/sealer.js";
import { embeddedPath, openStore } from "./store/open-store.js";
import { startTranslation } from "./translation/start-translation.js";
import { openWorkshop } from "./workshop/open-workshop.js";

/** A running Patchbay. */
export interface App {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** What programs of this process call it with. */
  readonly localToken: string;
  /** Makes a token that the first owner is made with; null once there is an owner. */
  offerSetup(): Promise<string | null>;
  /** Takes no new requests, finishes what is under way, then lets go of everything, in the reverse order of the start. */
  stop(): Promise<void>;
}

/** What a test or an embedding program may give. */
export interface AppOptions {
  readonly log?: Log;
  /** Put around a part before anything uses it: how crash tests find the moments to crash at. */
  readonly wrap?: { readonly store?: (store: Store) => Store };
  /** How long a run waits for a process that has died with it, in milliseconds; a minute without one. */
  readonly leaseMs?: number;
  /** The phones of a vendor that is simulated beside it: shown and used in the console. */
  readonly phones?: PhoneDesk;
  /** What one guess at a password costs; tests may make it cheap. */
  readonly passwordCost?: PasswordCost;
}

const LEASE_MS = 60_000;
const POLL_MS = 500;
const MAX_RESPONSE_BYTES = 1_048_576;
const MAX_OUTPUT_BYTES = 1_048_576;

/**
 * Starts everything one process needs, and stops what it has started when one part cannot start.
 *
 * @throws CONFIG_INVALID, STORE_LOCKED, STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE, SECRET_UNREADABLE, ENCRYPTION_DIFFERS
 */
export async function startApp(
  config: Config,
  { log = openLog(config.logLevel), wrap = {}, leaseMs = LEASE_MS, phones, passwordCost }: AppOptions = {},
): Promise<App> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of started.splice(0).reverse()) await stopPart();
  };
  const onStop = (stopPart: () => Promise<void>): void => void started.push(stopPart);
  try {
    return { ...(await startParts(config, { log, wrap, leaseMs, phones, passwordCost, onStop })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type StartOptions = Required<Omit<AppOptions, "phones" | "passwordCost">> & {
  readonly phones: PhoneDesk | undefined;
  readonly passwordCost: PasswordCost | undefined;
  readonly onStop: (stopPart: () => Promise<void>) => void;
};

async function startParts(
  config: Config,
  { log, wrap, leaseMs, phones, passwordCost, onStop }: StartOptions,
): Promise<Omit<App, "stop">> {
  const version = packageVersion();
  // Containers that are started again have the same host and process number, and so may two at a time: neither tells them apart.
  const processName = `${hostname()}:${process.pid}:${randomBytes(3).toString("hex")}`;
  const sealers = sealersOf(config);
  const opened = await openConfiguredStore(config, { processName, sealers });
  onStop(() => opened.close());
  const { store, watch: commits } = watchCommits(wrap.store?.(opened) ?? opened);
  // Processes that share a store share its clock: what is due and whose lease has ended is one question for all of them.
  const newId = createNewId(store.now, randomBytes);

  const translation = startTranslation({
    timeoutMs: config.translatorTimeoutMs,
    memoryMb: config.translatorMemoryMb,
    threads: config.translatorThreads,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  onStop(() => translation.stop());

  const http = openHttp({
    timeoutMs: config.callTimeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    allow: config.outboundAllow,
    userAgent: `patchbay/${version}`,
  });
  onStop(() => http.close());
  const connectors = [...createConnectors({ http }).values()];

  const sources = openSourceAccess(config);
  onStop(() => sources.close());
  const sealer = await sealers();
  const installer = await openConfiguredInstaller(config, { store, connectors, translation, access: sources, sealer });
  onStop(() => installer.close());
  for (const problem of installer.localProblems())
    log.warn(problem, "a local flow has a problem; patchbay flow check shows all of them");

  const tellLeftOut = leftOutTeller(log);
  tellLeftOut(installer.leftOut());

  const engine = new FlowEngine(
    {
      store,
      role: config.role,
      version,
      refresh: async () => {
        await installer.refresh();
        tellLeftOut(installer.leftOut());
      },
      catalog: () => installer.catalog(),
      translation,
      log,
      newId,
      now: store.now,
      random: Math.random,
      whereabouts: whereaboutsOf,
      publicUrl: config.publicUrl,
      limits: limitsOf(config, leaseMs),
      retention: config.retention,
      checkEveryMs: config.checkEveryMs,
    },
    processName,
  );
  await engine.start();
  onStop(() => engine.stop());

  return startServer(config, {
    ...{ engine, store, installer, log, version, newId, sealer, commits, phones, passwordCost, http, onStop },
  });
}

type Served = Pick<ApiDeps, "engine" | "store" | "installer" | "log" | "version" | "newId" | "commits" | "phones"> &
  Pick<StartOptions, "onStop" | "passwordCost"> & { readonly sealer: Sealer; readonly http: Http };

/**
 * Lets requests in, by whoever may.
 * @throws CONFIG_INVALID when TRUST_PROXY names what is no network
 */
async function startServer(
  config: Config,
  { onStop, sealer, http, passwordCost, ...parts }: Served,
): Promise<Omit<App, "stop">> {
  const { publicUrl, apiKey, bodyLimitBytes, host, port, role, databaseUrl, maxConnections } = config;
  const { log } = parts;
  const localToken = randomToken();
  const { store } = parts;
  const trail = openTrail(store);
  const access = openAccess({
    ...{ store: { ...store, commit: recordSignIns(store, trail) }, newId: parts.newId, sealer, apiKey, localToken },
    provider: openConfiguredProvider(config, { http, sealer, now: store.now }),
    passwordCost,
    missed: (error) => log.debug({ why: String(error) }, "when something was last used could not be written"),
  });
  const readNumber = (written: string) => toE164(written, null);
  const addressOf = createClientAddress(config.trustProxy);
  const limits = createCallerLimits(config.callerLimits, { addressOf, now: () => performance.now() });
  const consoleFolder = packagePath("dist/console");
  const schemasFolder = packagePath("schemas");
  const workshop = openWorkshop(config);
  onStop(() => workshop.close());
  const loopDelay = watchLoopDelay();
  onStop(async () => loopDelay.stop());
  const given = {
    trail,
    loopDelay,
    pseudonym: sealer.pseudonym,
    readNumber,
    nationalOf,
    consoleFolder,
    schemasFolder,
    workshop,
  };
  const serving = { publicUrl, access, bodyLimitBytes, role, limits, addressOf, ...given };
  const api = createApi({ ...parts, ...serving });
  const server = await listen(api, { host, port, maxConnections });
  onStop(() => server.stop());
  onStop(async () => parts.commits.close());
  const path = embeddedPath(databaseUrl);
  if (path !== null && path !== ":memory:") {
    const tokenPath = localTokenPath(path);
    await writeLocalToken(tokenPath, localToken);
    onStop(() => removeLocalToken(tokenPath, localToken));
  }
  return { url: server.url, localToken, offerSetup: access.setup.offer };
}

function openConfiguredProvider(
  { signInProvider, publicUrl }: Config,
  tools: Parameters<typeof createSignInProvider>[1],
): SignInProvider | null {
  if (signInProvider === null) return null;
  const redirectUrl = `${publicUrl}/api/v1/sign-in/provider/callback`;
  return createSignInProvider({ ...signInProvider, redirectUrl }, tools);
}

function limitsOf(config: Config, leaseMs: number): EngineLimits {
  const { inlineRuns, reconcileAfterMs, confirmAfterMs, askPrices, maxBacklog } = config;
  return { inlineRuns, leaseMs, pollMs: POLL_MS, reconcileAfterMs, confirmAfterMs, askPrices, maxBacklog };
}

async function openConfiguredInstaller(
  config: Config,
  parts: Pick<InstallerParts, "store" | "connectors" | "translation" | "access" | "sealer"> & { readonly store: Store },
): Promise<Installer> {
  return openInstaller({
    ...parts,
    schemasFolder: packagePath("schemas"),
    shippedFolder: packagePath("collections"),
    flowsFolder: config.flowsFolder,
    publisherKey: config.publisherKey,
    now: () => new Date(parts.store.now()),
    randomToken: () => randomBytes(24).toString("base64url"),
  });
}

async function openConfiguredStore(
  { databaseUrl, secret, secretFile, role, encryptPeople }: Config,
  { processName, sealers }: { readonly processName: string; readonly sealers: () => Promise<Sealer> },
): Promise<Store> {
  const shared = embeddedPath(databaseUrl) === null;
  if (shared && secret === null && secretFile === null) throw withoutSecret();
  if (!shared && role !== "all") throw alone(role);
  return openStore({ databaseUrl, processName, migrationsFolder, people: { sealed: encryptPeople, sealer: sealers } });
}

function alone(role: string): PatchbayError {
  const message = `ROLE is ${role}, but only one process at a time can use a SQLite file: leave ROLE at all, or share a PostgreSQL database`;
  return new PatchbayError("CONFIG_INVALID", message);
}

/** Processes on one server must have the same secret, and there is no folder beside a server to keep it in. */
function withoutSecret(): PatchbayError {
  const message =
    "DATABASE_URL is a PostgreSQL server and PATCHBAY_SECRET is not set. Set it to 16 characters or more, the same for every process on this database, and keep it with your backups: stored secrets cannot be read without it.";
  return new PatchbayError("CONFIG_INVALID", message);
}

/** Logs what is left out of the catalog once, as long as it stays so. */
function leftOutTeller(log: Log): (leftOut: readonly LeftOut[]) => void {
  let told = "";
  return (leftOut) => {
    const now = leftOut.map(({ collection, reason }) => `${collection}: ${reason}`).join("\n");
    if (now !== told && now !== "")
      log.error(
        { leftOut: leftOut.map(({ collection, reason }) => ({ collection, reason })) },
        "installed collections do not fit the others and are left out: install them again, corrected",
      );
    told = now;
  };
}
