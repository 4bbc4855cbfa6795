import type { RequestListener } from "node:http";
import { createHooks } from "./api/create-hooks.js";
import { listen } from "./api/listen.js";
import type { Config } from "./config/config.js";
import { migrationsFolder } from "./config/package-root.js";
import { createConnectors } from "./connectors/registry.js";
import { PatchbayError } from "./core/errors.js";
import type { Door, GoldenParts } from "./golden/golden-parts.js";
import type { Http, HttpRequest } from "./http/http.js";
import { openHttp } from "./http/open-http.js";
import { openLog } from "./log/log.js";
import { whereaboutsOf } from "./phone/whereabouts.js";
import { startSimulator } from "./simulator/start-simulator.js";
import { openStore } from "./store/open-store.js";
import { startTranslation } from "./translation/start-translation.js";

const CALL_TIMEOUT_MS = 15_000;
const MAX_BYTES = 1_048_576;

/** What is configured of golden tests. */
export type GoldenConfig = Pick<Config, "translatorTimeoutMs" | "translatorMemoryMb">;

/** Opens what golden tests run on; `close` lets go of it. Nothing of it leaves this machine. */
export function openGolden(config: GoldenConfig): GoldenParts & {
  close(): Promise<void>;
} {
  const { translatorTimeoutMs: timeoutMs, translatorMemoryMb: memoryMb } = config;
  const translation = startTranslation({ timeoutMs, memoryMb, maxOutputBytes: MAX_BYTES, threads: 1 });
  return {
    translation,
    log: openLog("silent"),
    whereabouts: whereaboutsOf,
    startSimulator,
    openStore: () => openStore({ databaseUrl: "sqlite::memory:", processName: "golden", migrationsFolder }),
    openConnectors: (reachable) => {
      const allow = [new URL(reachable).host];
      const http = openHttp({ timeoutMs: CALL_TIMEOUT_MS, maxResponseBytes: MAX_BYTES, allow, userAgent: "Patchbay" });
      const connectors = [...createConnectors({ http: onlyTo(reachable, http) }).values()];
      return { connectors, close: () => http.close() };
    },
    openDoor,
    close: () => translation.stop(),
  };
}

/** A test calls nobody, by whatever address a collection brings. */
function onlyTo(origin: string, http: Http): Http {
  const refuse = (address: string): never => {
    const reason = "golden tests call nobody";
    throw new PatchbayError("HOST_FORBIDDEN", `${address.slice(0, 200)} was not called: ${reason}`, { reason });
  };
  const guarded = async ({ url }: HttpRequest): Promise<void> => {
    if (!URL.canParse(url) || new URL(url).origin !== new URL(origin).origin) refuse(url);
  };
  return {
    request: (request) => guarded(request).then(() => http.request(request)),
    download: (request) => guarded(request).then(() => http.download(request)),
    connect: async ({ hostname, port }) => refuse(`${hostname}:${port}`),
    close: () => http.close(),
  };
}

async function openDoor(): Promise<Door> {
  let calls = 0;
  let handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  const answer: RequestListener = (request, response) => {
    calls += 1;
    handler(request, response);
  };
  const { url, stop } = await listen(answer, { host: "127.0.0.1", port: 0, stopWithinMs: 100 });
  return {
    url,
    stop,
    get calls() {
      return calls;
    },
    lead: ({ engine, catalog, newId }) => {
      const deps = { engine, installer: { catalog }, newId, publicUrl: url, bodyLimitBytes: MAX_BYTES };
      handler = createHooks({ ...deps, log: openLog("silent") });
    },
  };
}
