import type { Connector, EndpointDescription } from "../core/connector.js";
import type { CallStep } from "../core/flow.js";
import { isJsonObject } from "../core/json.js";
import { checkPayload } from "./check-payload.js";
import { below, type Place, type ProblemList } from "./problem-list.js";
import { checkReference, type Surroundings } from "./surroundings.js";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports a call of an endpoint or a connection that is not there, or whose payload the endpoint does not take. */
export function checkCall(step: CallStep, place: Place, checking: Checking): void {
  const { surroundings, problems } = checking;
  const [key = ""] = step.endpoint.split("/");
  const connector = surroundings.connectors.find((candidate) => candidate.key === key);
  if (!connector) {
    const known = surroundings.connectors.map((candidate) => candidate.key).join(", ");
    problems.error(below(place, "call"), `there is no connector ${key}`, `Connectors are ${known}.`);
  }
  if (connector) checkEndpoint(step, place, { ...checking, connector });
  const names = surroundings.connections;
  const reference = { place: below(place, "connection"), noun: "connection", name: step.connection, names };
  if (!checkReference(reference, surroundings, problems)) return;
  const actual = names.get(step.connection)?.connector;
  if (actual === key) return;
  problems.error(
    reference.place,
    `${step.connection} is a connection of ${actual}, not of ${key}`,
    `Name a connection of ${key}.`,
  );
}

function checkEndpoint(
  step: CallStep,
  place: Place,
  { surroundings, problems, connector }: Checking & { connector: Connector },
): void {
  const endpointKey = step.endpoint.slice(connector.key.length + 1);
  const own = connector.endpoints.find(({ key }) => key === endpointKey);
  if (own) {
    checkMembers(step, place, { payload: own.payload, problems });
    return;
  }
  const connection = surroundings.connections.get(step.connection);
  const declares = connection?.connector === connector.key && connection.endpoints;
  const declared = declares ? (connector.declare?.(declares) ?? []) : [];
  const endpoint = declared.find(({ key }) => key === endpointKey);
  if (endpoint) {
    const checking = { endpoint: step.endpoint, schema: endpoint.payload, problems };
    const isSound = checkMembers(step, place, { payload: endpoint.payload, problems });
    if (isSound) checkPayload(step.with, below(place, "with"), checking);
    return;
  }
  // Of a connection that is not there, nobody knows what it has.
  if (connector.declare !== undefined && connection === undefined) return;
  const known = listed([...connector.endpoints, ...declared], connector.key);
  problems.error(below(place, "call"), `${connector.key} has no endpoint ${endpointKey}`, `Endpoints are ${known}.`);
}

const MOST_NAMED = 40;

function listed(endpoints: readonly EndpointDescription[], connector: string): string {
  const names = endpoints.map(({ key }) => `${connector}/${key}`);
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** @returns Whether every member is one that the endpoint takes, and none is missing. */
function checkMembers(
  step: CallStep,
  place: Place,
  { payload, problems }: { payload: { readonly [keyword: string]: unknown }; problems: ProblemList },
): boolean {
  const known = isJsonObject(payload.properties) ? Object.keys(payload.properties) : [];
  const closed = payload.additionalProperties === false || payload.unevaluatedProperties === false;
  const strange = Object.keys(step.with).filter((member) => closed && !known.includes(member));
  for (const member of strange) {
    const at = below(below(place, "with"), member);
    problems.error(at, `${step.endpoint} does not take it`, `It takes ${known.join(", ")}.`);
  }
  const required = Array.isArray(payload.required) ? payload.required : [];
  const missing = required.filter(
    (name): name is string => typeof name === "string" && !Object.hasOwn(step.with, name),
  );
  for (const member of missing) {
    const at = below(below(place, "with"), member);
    problems.error(at, `is required by ${step.endpoint}`, "Give it in with.");
  }
  return strange.length === 0 && missing.length === 0;
}
