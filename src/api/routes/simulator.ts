import type { PhoneDesk } from "../../core/phone-desk.js";
import type { ApiDeps } from "../api-deps.js";
import { phoneReach, phoneText, simulatorView, toSimulatorView } from "../contract/simulator.js";
import { defineRoute, type Route } from "../route.js";

const phonePath = "/api/v1/simulator/phones/{number}";

/** The phones of a simulated vendor. A server that really sends has none of these addresses. */
export function simulatorRoutes({ phones }: Pick<ApiDeps, "phones">): Route[] {
  if (phones === undefined) return [];
  return [showSimulator(phones), writeText(phones), switchPhone(phones)];
}

function showSimulator(desk: PhoneDesk): Route {
  return defineRoute({
    id: "show-simulator",
    method: "GET",
    path: "/api/v1/simulator",
    may: "simulator:read",
    tag: "Simulator",
    summary: "See the simulated customers' phones, and records to push",
    answers: { 200: simulatorView },
    errors: [],
    handle: () => ({ status: 200, body: toSimulatorView(desk) }),
  });
}

function writeText(desk: PhoneDesk): Route {
  return defineRoute({
    id: "write-from-phone",
    method: "POST",
    path: `${phonePath}/texts`,
    may: "simulator:use",
    tag: "Simulator",
    summary: "Let a simulated customer write to us",
    body: phoneText,
    answers: { 200: simulatorView },
    errors: [],
    handle({ params: { number }, body }) {
      desk.write(number, body.body);
      return { status: 200, body: toSimulatorView(desk) };
    },
  });
}

function switchPhone(desk: PhoneDesk): Route {
  return defineRoute({
    id: "switch-phone",
    method: "POST",
    path: `${phonePath}/reach`,
    may: "simulator:use",
    tag: "Simulator",
    summary: "Switch a simulated customer's phone off or on: texts do not arrive at one that is off",
    body: phoneReach,
    answers: { 200: simulatorView },
    errors: [],
    handle({ params: { number }, body: { reachable } }) {
      desk.reach(number, reachable);
      return { status: 200, body: toSimulatorView(desk) };
    },
  });
}
