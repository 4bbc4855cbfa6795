import type { CallStep } from "../core/flow.js";
import { isJsonObject } from "../core/json.js";
import { below, type Place, type ProblemList } from "./problem-list.js";
import { checkReference, type Surroundings } from "./surroundings.js";

/** Reports a call of an endpoint or a connection that is not there, or whose payload the endpoint does not take. */
export function checkCall(
  step: CallStep,
  place: Place,
  { surroundings, problems }: { readonly surroundings: Surroundings; readonly problems: ProblemList },
): void {
  const [key = "", endpointKey = ""] = step.endpoint.split("/");
  const where = below(place, "call");
  const connector = surroundings.connectors.find((candidate) => candidate.key === key);
  if (!connector) {
    const known = surroundings.connectors.map((candidate) => candidate.key).join(", ");
    problems.error(where, `there is no connector ${key}`, `Connectors are ${known}.`);
  }
  const endpoint = connector?.endpoints.find((candidate) => candidate.key === endpointKey);
  if (connector && !endpoint) {
    const known = connector.endpoints.map((candidate) => `${key}/${candidate.key}`).join(", ");
    problems.error(where, `${key} has no endpoint ${endpointKey}`, `Endpoints are ${known}.`);
  }
  if (endpoint) checkPayload(step, place, { payload: endpoint.payload, problems });
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

function checkPayload(
  step: CallStep,
  place: Place,
  { payload, problems }: { payload: { readonly [keyword: string]: unknown }; problems: ProblemList },
): void {
  const known = isJsonObject(payload.properties) ? Object.keys(payload.properties) : [];
  const closed = payload.additionalProperties === false || payload.unevaluatedProperties === false;
  for (const member of Object.keys(step.with)) {
    if (!closed || known.includes(member)) continue;
    problems.error(
      below(below(place, "with"), member),
      `${step.endpoint} does not take it`,
      `It takes ${known.join(", ")}.`,
    );
  }
  for (const member of Array.isArray(payload.required) ? payload.required : []) {
    if (typeof member !== "string" || Object.hasOwn(step.with, member)) continue;
    problems.error(below(below(place, "with"), member), `is required by ${step.endpoint}`, "Give it in with.");
  }
}
