import type { ExaminedView } from "../../api/contract/collection-source.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { givenParameters, type ParameterSources } from "./given-parameters.js";
import { type ParameterField, parameterFields } from "./parameter-form.js";

/** Parameters of what is asked for, and of what comes with it. */
export interface RequestedParameters {
  readonly parameters: JsonObject;
  /** By collection. */
  readonly parametersOf: { readonly [collection: string]: JsonObject };
}

/**
 * Gathers the parameters given on the command line. `--set other/name=value` and `--env other/name=VARIABLE` are of another collection of the plan.
 * @throws COMMAND_INVALID, FILE_UNREADABLE
 */
export async function requestedParameters(
  { set, env, ...sources }: ParameterSources,
  fields: readonly ParameterField[],
  context: CommandContext,
): Promise<RequestedParameters> {
  const own = { set: settingsOf(null, set), env: settingsOf(null, env) };
  const parameters = await givenParameters({ ...sources, ...own }, fields, context);
  const others = [...new Set([...set, ...env].flatMap((setting) => otherOf(setting) ?? []))];
  const parametersOf: { [collection: string]: JsonObject } = {};
  for (const other of others) {
    const { parameters: schema } = await context.client.post<ExaminedView>("/api/v1/collections/examine", {
      source: other,
    });
    const settings = { set: settingsOf(other, set), env: settingsOf(other, env) };
    const given = { ...settings, values: undefined, secretStdin: undefined };
    parametersOf[other] = await givenParameters(given, parameterFields(schema), context);
  }
  return { parameters, parametersOf };
}

/** Those of one collection, or of the one that is asked for; without the collection's name. */
function settingsOf(owner: string | null, settings: readonly string[]): readonly string[] {
  const own = settings.filter((setting) => otherOf(setting) === owner);
  return owner === null ? own : own.map((setting) => setting.slice(owner.length + 1));
}

function otherOf(setting: string): string | null {
  return /^([a-z][a-z0-9-]*)\/[^=]+=/.exec(setting)?.[1] ?? null;
}
