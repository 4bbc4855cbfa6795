import type { ConnectionDefinition } from "../../core/collection.js";
import { allSteps, type CallStep, type FlowVersion, type Step } from "../../core/flow.js";
import type { Json, JsonObject } from "../../core/json.js";
import { triggerWords } from "./trigger-words.js";

/** What flows are described with. */
export interface FlowSurroundings {
  /** Open parameters of the flow's own collection. */
  readonly parameters: JsonObject;
  connection(name: string): { readonly definition: ConnectionDefinition; readonly parameters: JsonObject } | null;
}

/** Says in one line what a flow does, and when: `texts customers from +15550100 on every new ecommerce/Order`. */
export function flowWords(version: FlowVersion, surroundings: FlowSurroundings): string {
  const { flow } = version;
  const deeds = new Set(allSteps(flow.steps).flatMap((step) => deedOf(step, { ...surroundings, version })));
  const what = deeds.size === 0 ? "does nothing outside" : [...deeds].join(", ");
  return `${what} ${triggerWords(flow.on)}`;
}

interface Deeds extends FlowSurroundings {
  readonly version: FlowVersion;
}

function deedOf(step: Step, surroundings: Deeds): string[] {
  switch (step.kind) {
    case "call":
      return [callWords(step, surroundings)];
    case "save":
      return [`saves ${step.dataType} records`];
    case "notify":
      return ["notifies operators"];
    case "start":
      return [`starts ${step.flow}`];
    default:
      return [];
  }
}

/** Endpoints that reach people, and what they do; an e-mail may be for an operator. */
const messageDeeds = [
  ["/send-message", "texts customers"],
  ["/send-email", "sends e-mails"],
] as const;

function callWords(step: CallStep, surroundings: Deeds): string {
  const deed = messageDeeds.find(([endpoint]) => step.endpoint.endsWith(endpoint))?.[1];
  if (deed === undefined) return `calls ${step.endpoint} by ${step.connection}`;
  const sender = senderOf(step, surroundings);
  return `${deed} by ${step.connection}${sender === null ? "" : ` from ${sender}`}`;
}

/** A sender that can be told without running anything: the step's own, or that of a translator's result, else the connection's. */
function senderOf(step: CallStep, { parameters, connection, version }: Deeds): string | null {
  const { from } = step.with;
  if (from !== undefined) return textValue(from, parameters) ?? textValue(translated(from, version), parameters);
  const through = connection(step.connection);
  if (through === null) return null;
  const { settings } = through.definition;
  return textValue(settings.messagingServiceSid, through.parameters) ?? textValue(settings.from, through.parameters);
}

/** Follows `=$steps.sms.from` to where a translator says `"from": $params.sender`. */
function translated(template: Json, { flow, translators }: FlowVersion): Json | undefined {
  const [, id, member] = /^=\s*\$steps\.(\w+)\.(\w+)\s*$/.exec(typeof template === "string" ? template : "") ?? [];
  const step = allSteps(flow.steps).find((one) => one.id === id && one.kind === "translate");
  if (member === undefined || step?.kind !== "translate") return undefined;
  const source = translators[step.translator]?.source ?? "";
  const name = new RegExp(`"${member}"\\s*:\\s*\\$params\\.(\\w+)\\s*[,}]`).exec(source)?.[1];
  return name === undefined ? undefined : `=$params.${name}`;
}

/** Gives the value of a template that is text, or exactly one open parameter; null for everything that has to be evaluated. */
export function settingValue(template: Json | undefined, parameters: JsonObject): Json | undefined {
  if (typeof template !== "string" || !template.startsWith("=")) return template;
  const name = /^=\s*\$params\.(\w+)\s*$/.exec(template)?.[1];
  return name !== undefined && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

function textValue(template: Json | undefined, parameters: JsonObject): string | null {
  const value = settingValue(template, parameters);
  return typeof value === "string" && value !== "" ? value : null;
}
