import type { Catalog, OpenConnection } from "../core/catalog.js";
import { PatchbayError } from "../core/errors.js";
import { allSteps, type FlowDefinition } from "../core/flow.js";

/** How a connection is named by somebody who wants to send something. */
export interface Meant {
  /** `namespace/name`. */
  readonly connection: string | undefined;
  /** The connector's key of the endpoint that is to be called. */
  readonly endpoint: string;
  /** A flow that calls it. */
  readonly flow: string | undefined;
}

/**
 * Finds the connection that is meant: the one that is named, the one that the flow sends by, the only one that can, or the only
 * one by which flows that are switched on do.
 *
 * @throws CONNECTION_UNKNOWN when that leaves none or several, FLOW_UNKNOWN
 */
export function meantConnection({ connection, endpoint, flow }: Meant, catalog: Catalog): OpenConnection {
  const all = catalog.connections();
  if (connection !== undefined) {
    const named = all.filter(({ name }) => name === connection);
    return requireOne(named, `There is no connection ${connection.slice(0, 100)}`, all);
  }
  const offering = all.filter(({ connector }) => connector.endpoints.some(({ key }) => key === endpoint));
  const able = offering.length === 0 ? all : offering;
  if (flow !== undefined) {
    const own = connectionsOf(requireFlow(flow, catalog), endpoint);
    const used = able.filter(({ name }) => own.includes(name));
    return requireOne(used, `The flow ${flow} does not tell which connection is meant`, able);
  }
  if (able.length === 1) return requireOne(able, "", able);
  const active = catalog.flows().filter((one) => one.active);
  const own = active.flatMap(({ version }) => connectionsOf(version.flow, endpoint));
  const used = able.filter(({ name }) => own.includes(name));
  return requireOne(used, "Say which connection is meant, or which flow", able);
}

function connectionsOf({ steps }: FlowDefinition, endpoint: string): readonly string[] {
  return allSteps(steps).flatMap((step) =>
    step.kind === "call" && step.endpoint.endsWith(`/${endpoint}`) ? [step.connection] : [],
  );
}

function requireFlow(name: string, catalog: Catalog): FlowDefinition {
  const found = catalog.flow(name);
  if (found !== null) return found.version.flow;
  throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${name.slice(0, 100)}`);
}

function requireOne(
  [only, ...others]: readonly OpenConnection[],
  problem: string,
  all: readonly OpenConnection[],
): OpenConnection {
  if (only !== undefined && others.length === 0) return only;
  const names = all.map(({ name }) => name).join(", ") || "none";
  throw new PatchbayError("CONNECTION_UNKNOWN", `${problem}; there are: ${names}`);
}
