import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { ConnectionSwitch } from "../core/inspection.js";
import { topics } from "../core/topic.js";
import { compileInstallation, type Installation, type InstallerTools, type Seen } from "./installation.js";
import { newOverlaps } from "./overlap.js";
import { LOCAL } from "./surroundings.js";

/**
 * Switches a flow on or off.
 * @returns What is there then, with warnings.
 * @throws FLOW_UNKNOWN, DEFINITIONS_CHANGED
 */
export async function activate(
  { flow, active }: { flow: string; active: boolean },
  { before, stamp }: Seen,
  tools: InstallerTools,
): Promise<{ installation: Installation; warnings: readonly string[] }> {
  const known = before.catalog.flow(flow);
  if (!known) throw flowUnknown(flow, before);
  const names = new Set(before.active);
  if (active) names.add(flow);
  else names.delete(flow);
  const installation = compileInstallation({ ...before, active: names }, tools);
  const at = tools.now();
  await tools.store.commit([
    { kind: "definitions-changed", from: stamp, name: tools.randomToken() },
    { kind: "flow-version-kept", version: known.version },
    ...(active ? switchedOn(known.version, { before, at }) : [{ kind: "flow-activated", flow, active, at } as const]),
  ]);
  return { installation, warnings: newOverlaps(before.catalog, installation.catalog) };
}

/**
 * Changes that switch a flow on. What was missed while it was switched off is not made up for, even if nobody who leads sees it being
 * switched on.
 */
export function switchedOn(
  version: FlowVersion,
  { before, at }: { readonly before: Pick<Installation, "active">; readonly at: Date },
): readonly Change[] {
  const flow = version.flow.name;
  const on: Change = { kind: "flow-activated", flow, active: true, at };
  return !before.active.has(flow) && isTimed(version) ? [on, { kind: "schedule-advanced", flow, slotAt: at }] : [on];
}

/** Gives the switches that are off, by connection. */
export function offNow(switches: readonly ConnectionSwitch[]): ReadonlyMap<string, ConnectionSwitch> {
  return new Map(switches.filter(({ active }) => !active).map((switched) => [switched.connection, switched]));
}

/** Switches a connection on or off. @throws CONNECTION_UNKNOWN */
export async function switchConnection(
  switched: ConnectionSwitch,
  alongside: readonly Change[],
  { before, tools }: { before: Installation; tools: InstallerTools },
): Promise<Installation> {
  const { connection, active, at } = switched;
  if (before.catalog.connection(connection) === null) {
    throw new PatchbayError("CONNECTION_UNKNOWN", `There is no connection ${connection.slice(0, 200)}`);
  }
  const others = [...before.off.values()].filter((one) => one.connection !== connection);
  const installation = compileInstallation({ ...before, off: offNow([...others, switched]) }, tools);
  const woken: Change[] = active ? [{ kind: "runs-woken", topics: [topics.connection(connection)], at }] : [];
  await tools.store.commit([{ kind: "connection-switched", switched }, ...woken, ...alongside]);
  return installation;
}

function isTimed({ flow: { on } }: FlowVersion): boolean {
  return on.kind === "schedule" || on.kind === "silence";
}

function flowUnknown(flow: string, { local }: Installation): PatchbayError {
  const [namespace, name] = flow.split("/");
  const problem = namespace === LOCAL ? local.problems.find(({ file }) => file.startsWith(`${name}.flow.`)) : undefined;
  const reason = problem
    ? `it has problems: ${problem.file}#${problem.path} ${problem.message}`
    : "it is not installed";
  return new PatchbayError("FLOW_UNKNOWN", `The flow ${flow} cannot be switched: ${reason}`, { flow });
}
