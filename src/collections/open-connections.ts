import type { ConnectionDefinition } from "../core/collection.js";
import type { Connector, EndpointDescription } from "../core/connector.js";
import { PatchbayError, type Problem, toPatchbayError } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import type { QuietHours } from "../core/sending.js";
import type { Translation } from "../translation/translation.js";
import { type KeptConnection, keepConnection } from "./kept-connection.js";
import { parametersInvalid, type SplitParameters } from "./parameters.js";
import { pointerPart } from "./problem-list.js";
import { readQuietHours } from "./quiet-hours.js";
import { compileOwnSchemaCheck } from "./schema-compiler.js";

/** A connection and the connector it was opened through. */
export interface Opened {
  readonly connector: Connector;
  readonly connection: KeptConnection;
  /** Calls a second at most; null for no limit. */
  readonly maxPerSecond: number | null;
  readonly quietHours?: QuietHours;
  /** Endpoints that the connection has besides its connector's; absent for none. */
  readonly ownEndpoints?: readonly EndpointDescription[];
}

/** What connections are opened with. */
export interface Opening {
  /** Name of the collection, for messages. */
  readonly collection: string;
  readonly parameters: SplitParameters;
  readonly connectors: readonly Connector[];
  readonly translation: Pick<Translation, "evaluate">;
}

/**
 * Opens one connection of a collection with its parameters; makes no request.
 *
 * @throws CONNECTOR_UNKNOWN; PARAMETERS_INVALID (details.problems) naming the parameter when the settings do not fit
 *   the connector, or naming the connection when its `maxPerSecond` is not a number above 0. No message carries a setting's value: it may be a secret.
 */
export async function openConnection(definition: ConnectionDefinition, opening: Opening): Promise<Opened> {
  const connector = opening.connectors.find(({ key }) => key === definition.connector);
  if (!connector) {
    const message = `The connection ${definition.name} needs the connector ${definition.connector}`;
    throw new PatchbayError("CONNECTOR_UNKNOWN", message, { connection: definition.name });
  }
  const settings = await evaluateSettings(definition, opening);
  const problems = compileOwnSchemaCheck(connector.settings)(settings);
  if (problems.length > 0) {
    throw parametersInvalid(
      opening.collection,
      problems.map((problem) => aboutParameter(problem, definition)),
    );
  }
  const maxPerSecond = await evaluateMaxPerSecond(definition, opening);
  const quietHours = await evaluateQuietHours(definition, opening);
  const connection = keepConnection(() => connector.open(settings, definition.endpoints));
  const { endpoints } = definition;
  const ownEndpoints = endpoints === undefined ? undefined : connector.declare?.(endpoints);
  return {
    ...{ connector, connection, maxPerSecond },
    ...(quietHours !== null && { quietHours }),
    ...(ownEndpoints !== undefined && { ownEndpoints }),
  };
}

/** Opens several; when one fails, those already open are closed and the failure is thrown. */
export async function openConnections(
  definitions: readonly ConnectionDefinition[],
  opening: Opening,
): Promise<Map<string, Opened>> {
  const opened = new Map<string, Opened>();
  try {
    for (const definition of definitions) opened.set(definition.name, await openConnection(definition, opening));
    return opened;
  } catch (error) {
    for (const { connection } of opened.values()) await connection.close();
    throw error;
  }
}

async function evaluateSettings(definition: ConnectionDefinition, opening: Opening): Promise<JsonObject> {
  const params = { ...opening.parameters.open, ...opening.parameters.secret };
  try {
    const settings = await opening.translation.evaluate(definition.settings, { input: {}, bindings: { params } });
    return isJsonObject(settings) ? settings : {};
  } catch (error) {
    const { code } = toPatchbayError(error);
    throw parametersInvalid(opening.collection, [
      { path: "", message: `the settings of ${definition.name} cannot be evaluated (${code})` },
    ]);
  }
}

/** Secrets are for settings; this sees the other parameters only. */
async function evaluateMaxPerSecond(
  { name, ...definition }: ConnectionDefinition,
  opening: Opening,
): Promise<number | null> {
  const { open: params } = opening.parameters;
  const template = definition.maxPerSecond ?? null; // collections stored by an older version have none
  const value = await opening.translation.evaluate(template, { input: {}, bindings: { params } }).catch((error) => {
    const { code } = toPatchbayError(error);
    const message = `the maxPerSecond of the connection ${name} cannot be evaluated (${code})`;
    throw parametersInvalid(opening.collection, [{ path: "", message }]);
  });
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  const message = `the maxPerSecond of the connection ${name} must be a number above 0`;
  throw parametersInvalid(opening.collection, [{ path: "", message }]);
}

async function evaluateQuietHours(
  { name, ...definition }: ConnectionDefinition,
  opening: Opening,
): Promise<QuietHours | null> {
  const { open: params } = opening.parameters;
  const invalid = (problem: string): PatchbayError =>
    parametersInvalid(opening.collection, [
      { path: "", message: `the quietHours of the connection ${name} ${problem}` },
    ]);
  const template = definition.quietHours ?? null;
  if (template === null) return null;
  const value = await opening.translation.evaluate(template, { input: {}, bindings: { params } }).catch((error) => {
    throw invalid(`cannot be evaluated (${toPatchbayError(error).code})`);
  });
  if (value === undefined || value === null) return null;
  const read = isJsonObject(value) ? readQuietHours(value) : "must be an object with `from` and `to`";
  if (typeof read === "string") throw invalid(read);
  return read;
}

/** Names the parameter behind a setting where the setting is exactly `=$params.<name>`. */
function aboutParameter({ path, message }: Problem, { settings, name }: ConnectionDefinition): Problem {
  const [, setting = "", ...rest] = path.split("/");
  const template = settings[setting.replaceAll("~1", "/").replaceAll("~0", "~")];
  const parameter = typeof template === "string" ? /^=\s*\$params\.(\w+)\s*$/.exec(template)?.[1] : undefined;
  if (parameter === undefined) return { path: "", message: `the connection ${name}: ${path} ${message}` };
  return { path: [pointerPart(parameter), ...rest].join("/"), message };
}
