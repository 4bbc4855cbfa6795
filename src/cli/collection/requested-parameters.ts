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
 * Gathers the parameters given on the command line. `--set other/name=value` is one of another collection of the plan.
 * @throws COMMAND_INVALID, FILE_UNREADABLE
 */
export async function requestedParameters(
  { set, ...sources }: ParameterSources,
  fields: readonly ParameterField[],
  context: CommandContext,
): Promise<RequestedParameters> {
  const own = set.filter((setting) => otherOf(setting) === null);
  const parameters = await givenParameters({ ...sources, set: own }, fields, context);
  const others = [...new Set(set.flatMap((setting) => otherOf(setting) ?? []))];
  const parametersOf: { [collection: string]: JsonObject } = {};
  for (const other of others) {
    const settings = set.filter((setting) => otherOf(setting) === other).map((one) => one.slice(other.length + 1));
    const { parameters: schema } = await context.client.post<ExaminedView>("/api/v1/collections/examine", {
      source: other,
    });
    const given = { set: settings, values: undefined, secretStdin: undefined };
    parametersOf[other] = await givenParameters(given, parameterFields(schema), context);
  }
  return { parameters, parametersOf };
}

function otherOf(setting: string): string | null {
  return /^([a-z][a-z0-9-]*)\/[^=]+=/.exec(setting)?.[1] ?? null;
}
