import type { ConnectionDefinition } from "../core/collection.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import { checkExpression, expressionsIn } from "./check-expressions.js";
import { type ProblemList, pointerPart } from "./problem-list.js";
import { readQuietHours } from "./quiet-hours.js";
import { MANIFEST_FILE } from "./read-draft.js";
import type { Surroundings } from "./surroundings.js";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports a connection whose connector does not exist or takes other settings. */
export function checkConnection(connection: ConnectionDefinition, index: number, checking: Checking): void {
  const { surroundings, problems } = checking;
  const path = `/connections${pointerPart(index)}`;
  const place = { file: MANIFEST_FILE, path: `${path}/settings` };
  for (const found of expressionsIn(connection.settings, place)) {
    checkExpression(found, { steps: null, item: false, webhook: false, seesSecrets: true }, checking);
  }
  const pace = { file: MANIFEST_FILE, path: `${path}/maxPerSecond` };
  for (const found of expressionsIn(connection.maxPerSecond ?? null, pace)) {
    checkExpression(found, { steps: null, item: false, webhook: false, seesSecrets: false }, checking);
  }
  checkQuietHours(connection, path, checking);
  const connector = surroundings.connectors.find(({ key }) => key === connection.connector);
  if (connector) {
    checkSettings(connection.settings, { path: place.path, schema: connector.settings, problems });
    return;
  }
  const known = surroundings.connectors.map(({ key }) => key).join(", ");
  const where = { file: MANIFEST_FILE, path: `${path}/connector` };
  problems.error(where, `there is no connector ${connection.connector}`, `Connectors are ${known}.`);
}

function checkQuietHours(
  { quietHours = null }: ConnectionDefinition,
  path: string,
  { surroundings, problems }: Checking,
): void {
  const place = { file: MANIFEST_FILE, path: `${path}/quietHours` };
  for (const found of expressionsIn(quietHours, place)) {
    checkExpression(
      found,
      { steps: null, item: false, webhook: false, seesSecrets: false },
      { surroundings, problems },
    );
  }
  if (!isJsonObject(quietHours) || expressionsIn(quietHours, place).length > 0) return;
  const read = readQuietHours(quietHours);
  if (typeof read === "string") problems.error(place, read, "See docs/flows.md for what quiet hours may have.");
}

function checkSettings(
  settings: JsonObject,
  { path, schema, problems }: { path: string; schema: { readonly [keyword: string]: unknown }; problems: ProblemList },
): void {
  const known = isJsonObject(schema.properties) ? schema.properties : {};
  const at = (name: string) => ({ file: MANIFEST_FILE, path: path + pointerPart(name) });
  for (const [name, value] of Object.entries(settings)) {
    const setting = known[name];
    if (!isJsonObject(setting)) {
      problems.error(at(name), "is not a setting of the connector", `Settings are ${Object.keys(known).join(", ")}.`);
    } else if (setting.writeOnly === true && !(typeof value === "string" && value.startsWith("="))) {
      const remedy = "Make it a parameter with writeOnly: true and write =$params.<name> here.";
      problems.error(at(name), "is a secret and must come from a parameter", remedy);
    }
  }
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof name !== "string" || Object.hasOwn(settings, name)) continue;
    problems.error(at(name), "is required by the connector", "Fill it from a parameter: =$params.<name>.");
  }
}
