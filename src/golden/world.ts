import { randomBytes } from "node:crypto";
import { buildCatalog } from "../collections/build-catalog.js";
import type { GoldenTest } from "../collections/golden-test.js";
import { openConnection } from "../collections/open-connections.js";
import { mergeParameters, type SplitParameters } from "../collections/parameters.js";
import type { Catalog, OpenConnection } from "../core/catalog.js";
import type { Change } from "../core/change.js";
import type { Connector } from "../core/connector.js";
import { PatchbayError } from "../core/errors.js";
import { createNewId } from "../core/id.js";
import type { Json, JsonObject } from "../core/json.js";
import type { Store } from "../core/store.js";
import type { EngineParts } from "../engine/engine-parts.js";
import { FlowEngine } from "../engine/flow-engine.js";
import type { Scope, Translation } from "../translation/translation.js";
import type { GoldenParts } from "./golden-parts.js";
import { OWN_NUMBER, type Prepared, type PreparedCollection } from "./prepared.js";
import type { Moving } from "./time.js";
import { openVendorDesk, type VendorDesk } from "./vendor-desk.js";

/** A Patchbay of its own with a vendor of its own: one test happens in it, and it is gone. */
export interface World extends Moving {
  readonly catalog: Catalog;
  readonly desk: VendorDesk;
  /** What vendors call it by, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a world is set up for. */
export type Setting = Pick<GoldenTest, "parameters" | "parametersOf" | "activate" | "now">;

const limits: EngineParts["limits"] = Object.freeze({
  inlineRuns: 100,
  leaseMs: 60_000,
  pollMs: 60_000,
  reconcileAfterMs: 60_000,
  confirmAfterMs: 86_400_000,
  askPrices: false,
  maxBacklog: 10_000,
});

const forEver = { succeededDays: null, failedDays: null, payloadDays: null, answersDays: null };

/**
 * Opens a world: a store in memory, the engine, the vendors' look-alikes, and a clock that moves only when it is moved.
 * @throws PARAMETERS_INVALID, FLOW_UNKNOWN
 */
export async function openWorld(setting: Setting, prepared: Prepared, parts: GoldenParts): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    // What is under way ends before what it needs; the rest lets go at once.
    const [last, ...others] = undo.splice(0).reverse();
    await last?.();
    await Promise.all(others.map((step) => step()));
  };
  try {
    return { ...(await openParts(setting, prepared, { parts, undo })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opening {
  readonly parts: GoldenParts;
  readonly undo: (() => Promise<unknown>)[];
}

async function openParts(
  setting: Setting,
  { collections, compiled }: Prepared,
  { parts, undo }: Opening,
): Promise<Omit<World, "close">> {
  const clock = { now: setting.now.getTime() };
  const translation = byClock(parts.translation, clock);
  const merged = collections.map((one) => ({ one, parameters: parametersOf(one, setting, collections) }));
  const desk = openVendorDesk();
  const simulator = await parts.startSimulator({
    ...{ now: () => new Date(clock.now), foretell: desk.foretell, templates: [] },
    ownedNumbers: [...new Set([OWN_NUMBER, ...merged.flatMap(({ parameters }) => numbersIn(parameters.open))])],
    deliveryDelaysMs: { queued: 0, sent: 0, delivered: 0 },
  });
  undo.push(() => simulator.stop());
  const { connectors, close: closeConnectors } = parts.openConnectors(simulator.url);
  undo.push(closeConnectors);
  const store: Store = { ...(await parts.openStore()), now: () => clock.now };
  undo.push(() => store.close());
  const door = await parts.openDoor();
  undo.push(() => door.stop());
  const connections: OpenConnection[] = [];
  for (const { one, parameters } of merged) {
    for (const definition of one.collection.connections) {
      const { name } = definition;
      const stoodIn = connectors.map((connector): Connector => desk.standIn(connector, name, simulator));
      const opening = { collection: one.collection.name, parameters, connectors: stoodIn };
      const open = await openConnection(definition, { ...opening, translation });
      connections.push({ name, ...open, hookSecret: randomBytes(12).toString("hex") });
    }
  }
  const installedAt = setting.now;
  const installed = merged.map(({ one: { collection, hash }, parameters: { open } }) => {
    return { collection, hash, parameters: open, sealedSecrets: null, hookSecrets: {}, integrity: null, installedAt };
  });
  const catalog = buildCatalog({
    installed,
    local: { flows: [], translators: [] },
    active: new Set(setting.activate),
    connections,
    compiled,
  });
  await store.commit(beginning(catalog, setting));
  const newId = createNewId(() => clock.now, randomBytes);
  const { log, whereabouts } = parts;
  const engine = new FlowEngine(
    {
      ...{ store, translation, log, newId, whereabouts, limits, retention: forEver, publicUrl: door.url },
      ...{ catalog: () => catalog, now: () => clock.now, random: () => 0.5, role: "all", version: "test" },
      ...{ refresh: async () => {}, checkEveryMs: null },
    },
    "golden",
  );
  undo.push(() => engine.stop());
  door.lead({ engine, catalog: () => catalog, newId });
  const marks = (): number => simulator.created + desk.calls + door.calls;
  return {
    clock,
    engine,
    store,
    simulator,
    catalog,
    desk,
    marks,
    url: door.url,
    watched: timedFlows(catalog, setting).length > 0,
  };
}

/** Expressions have the clock that is moved, as everything else has. */
function byClock(translation: Translation, clock: { readonly now: number }): Translation {
  const at = (scope: Scope): Scope => ({ ...scope, now: clock.now });
  return {
    ...translation,
    evaluate: (template, scope) => translation.evaluate(template, at(scope)),
    evaluateEach: (templates, scope) => translation.evaluateEach(templates, at(scope)),
    evaluateChain: (steps, scope) => translation.evaluateChain(steps, at(scope)),
  };
}

/** What is in the store of a Patchbay that has these flows switched on. @throws FLOW_UNKNOWN */
function beginning(catalog: Catalog, { activate, now }: Setting): Change[] {
  const kept = catalog.flows().map(({ version }): Change => ({ kind: "flow-version-kept", version }));
  const timed = timedFlows(catalog, { activate });
  return [...kept, ...timed.map((flow): Change => ({ kind: "schedule-advanced", flow, slotAt: now }))];
}

function timedFlows(catalog: Catalog, { activate }: Pick<Setting, "activate">): readonly string[] {
  return activate.filter((name) => {
    const on = catalog.flow(name)?.version.flow.on;
    if (on === undefined) throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${name}`);
    return on.kind === "schedule" || on.kind === "silence";
  });
}

function parametersOf(
  { collection, standIns }: PreparedCollection,
  setting: Setting,
  all: readonly PreparedCollection[],
): SplitParameters {
  const isTested = all.at(-1)?.collection === collection;
  const given = isTested ? setting.parameters : (setting.parametersOf[collection.name] ?? {});
  return mergeParameters(collection, { ...standIns, ...given }, { open: {}, secret: {} });
}

/** Every number that the parameters name is a number of the account. */
function numbersIn(value: Json | JsonObject): string[] {
  if (typeof value === "string")
    return /^(whatsapp:)?\+[1-9]\d{6,14}$/.test(value) ? [value.replace("whatsapp:", "")] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
