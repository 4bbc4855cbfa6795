import type { Trigger, WebhookTrigger } from "../core/flow.js";
import { isJsonObject } from "../core/json.js";
import { checkExpression } from "./check-expressions.js";
import { below, type Place, type ProblemList } from "./problem-list.js";
import { cronProblem, isTimeZone } from "./schedule.js";
import { checkKeyedDataType, checkReference, type Surroundings } from "./surroundings.js";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports a trigger that names what is not there, or that could never start its flow. */
export function checkTrigger(on: Trigger, place: Place, checking: Checking): void {
  const { surroundings, problems } = checking;
  if (on.kind === "record") {
    checkKeyedDataType(on.dataType, below(place, "record"), checking);
    const dataType = surroundings.dataTypes.get(on.dataType);
    if (dataType) checkChanged(on.changed, below(place, "changed"), { ...checking, schema: dataType.schema });
  }
  if (on.kind === "silence") checkKeyedDataType(on.dataType, below(place, "silence"), checking);
  if (on.kind === "received" && on.connection !== null) {
    const { connections: names } = surroundings;
    const reference = { place: below(place, "connection"), noun: "connection", name: on.connection, names };
    checkReference(reference, surroundings, problems);
  }
  if (on.kind === "webhook") checkWebhook(on, below(place, "webhook"), checking);
  if (on.kind === "schedule") checkSchedule(on, place, problems);
  if (on.when === null) return;
  const scope = { steps: null, item: false, webhook: on.kind === "webhook", seesSecrets: false };
  checkExpression({ place: below(place, "when"), expression: on.when }, scope, checking);
}

/** Reports a connection by which no documents come in, so that nothing would ever start the flow. */
function checkWebhook({ connection: name }: WebhookTrigger, place: Place, { surroundings, problems }: Checking): void {
  const { connections: names, connectors } = surroundings;
  if (!checkReference({ place, noun: "connection", name, names }, surroundings, problems)) return;
  const key = names.get(name)?.connector;
  const connector = connectors.find((candidate) => candidate.key === key);
  if (connector === undefined || connector.webhooks.some(({ delivers }) => delivers === true)) return;
  const able = connectors.filter(({ webhooks }) => webhooks.some(({ delivers }) => delivers === true));
  const message = `${name} is a connection of ${key}, which hands nothing over by webhooks`;
  problems.error(place, message, `Name a connection of ${able.map((one) => one.key).join(" or ")}.`);
}

function checkSchedule(
  { cron, timeZone }: { readonly cron: string; readonly timeZone: string },
  place: Place,
  problems: ProblemList,
): void {
  const problem = cronProblem(cron);
  if (problem !== null) {
    problems.error(below(place, "schedule"), problem, "Write it like 0 9 * * mon-fri: at 9:00 from Monday to Friday.");
  }
  if (isTimeZone(timeZone)) return;
  const remedy = "Write an IANA name, such as Europe/Berlin or UTC.";
  problems.error(below(place, "timeZone"), `there is no time zone ${timeZone}`, remedy);
}

function checkChanged(
  fields: readonly string[],
  place: Place,
  { problems, schema }: Checking & { schema: { readonly [keyword: string]: unknown } },
): void {
  const known = schema.properties;
  if (!isJsonObject(known)) return;
  for (const [index, field] of fields.entries()) {
    if (Object.hasOwn(known, field)) continue;
    problems.error(
      below(place, index),
      `${field} is not a field of it`,
      `Fields are ${Object.keys(known).join(", ")}.`,
    );
  }
}
