import type { ExaminedView } from "../../api/contract/collection-source.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { givenParameters, type ParameterSources } from "./given-parameters.js";
import { type ParameterField, parameterFields } from "./parameter-form.js";
import { pipedSecrets } from "./piped-secrets.js";

/** Parameters of what is asked for, and of what comes with it. */
export interface RequestedParameters {
  readonly parameters: JsonObject;
  /** By collection. */
  readonly parametersOf: { readonly [collection: string]: JsonObject };
}

/**
 * Gathers the parameters given on the command line. `--set other/name=value`, `--env other/name=VARIABLE` and `--secret-stdin other/name` are of another collection of the plan.
 * @throws COMMAND_INVALID, FILE_UNREADABLE
 */
export async function requestedParameters(
  { set, env, values, secretStdin }: ParameterSources,
  fields: readonly ParameterField[],
  context: CommandContext,
): Promise<RequestedParameters> {
  // Secrets are settings that stand in standard input.
  const secrets = Object.entries(await pipedSecrets(secretStdin, context));
  const secretsOf = (owner: string | null): JsonObject => {
    const own = secrets.filter(([name]) => otherOf(`${name}=`) === owner);
    return Object.fromEntries(
      own.map(([name, secret]) => [owner === null ? name : name.slice(owner.length + 1), secret]),
    );
  };
  const own = { set: settingsOf(null, set), env: settingsOf(null, env), values, secrets: secretsOf(null) };
  const parameters = await givenParameters(own, fields, context);
  const named = [...set, ...env, ...secretStdin.map((name) => `${name}=`)];
  const others = [...new Set(named.flatMap((setting) => otherOf(setting) ?? []))];
  const parametersOf: { [collection: string]: JsonObject } = {};
  for (const other of others) {
    const fields = await fieldsOf(other, context);
    const settings = { set: settingsOf(other, set), env: settingsOf(other, env) };
    const given = { ...settings, values: undefined, secrets: secretsOf(other) };
    parametersOf[other] = await givenParameters(given, fields, context);
  }
  return { parameters, parametersOf };
}

/** One that is not found by its name comes with the plan from somewhere else: its parameters are taken as text. */
async function fieldsOf(collection: string, { client }: CommandContext): Promise<readonly ParameterField[]> {
  try {
    const path = "/api/v1/collections/examine";
    return parameterFields((await client.post<ExaminedView>(path, { source: collection })).parameters);
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "COLLECTION_UNKNOWN") return [];
    throw error;
  }
}

/** Those of one collection, or of the one that is asked for; without the collection's name. */
function settingsOf(owner: string | null, settings: readonly string[]): readonly string[] {
  const own = settings.filter((setting) => otherOf(setting) === owner);
  return owner === null ? own : own.map((setting) => setting.slice(owner.length + 1));
}

function otherOf(setting: string): string | null {
  return /^([a-z][a-z0-9-]*)\/[^=]+=/.exec(setting)?.[1] ?? null;
}
