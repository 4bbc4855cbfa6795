import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { type ParameterField, toParameterValue } from "./parameter-form.js";

/** Where parameters come from on a command line; the later source wins: file, environment, `--set`, standard input. */
export interface ParameterSources {
  readonly set: readonly string[];
  /** `name=VARIABLE`: parameters that environment variables hold. */
  readonly env: readonly string[];
  readonly values: string | undefined;
  /** Names of the secret parameters that standard input holds. */
  readonly secretStdin: readonly string[];
}

/** What is given of one collection, its secrets read. */
export interface OwnSources extends Omit<ParameterSources, "secretStdin"> {
  readonly secrets: JsonObject;
}

/**
 * Gathers the parameters given on the command line.
 * @throws COMMAND_INVALID, FILE_UNREADABLE
 */
export async function givenParameters(
  sources: OwnSources,
  fields: readonly ParameterField[],
  { terminal, variables }: Pick<CommandContext, "terminal" | "variables">,
): Promise<JsonObject> {
  const parameters: JsonObject = sources.values === undefined ? {} : await readValues(sources.values);
  const typeOf = (name: string): string => fields.find((field) => field.name === name)?.type ?? "string";
  for (const naming of sources.env) {
    const [name, variable] = splitSetting(naming, "--env is not written key=VARIABLE");
    parameters[name] = toParameterValue(readVariable(variable, { name, variables }), typeOf(name));
  }
  for (const setting of sources.set) {
    const [name, value] = splitSetting(setting, "--set is not written key=value");
    const field = fields.find((candidate) => candidate.name === name);
    if (field?.secret) {
      terminal.note(`${name} is a secret, and --set leaves it in the shell's history: prefer --secret-stdin ${name}`);
    }
    parameters[name] = toParameterValue(value, typeOf(name));
  }
  return { ...parameters, ...sources.secrets };
}

function readVariable(
  variable: string,
  { name, variables }: { readonly name: string; readonly variables: CommandContext["variables"] },
): string {
  const value = variables[variable];
  if (value !== undefined && value !== "") return value;
  throw new PatchbayError("COMMAND_INVALID", `The environment variable for ${name} is not set`, {
    remedy: `--env ${name}=… names an environment variable; export it first, or give the parameter in another way.`,
  });
}

function splitSetting(setting: string, wrong: string): [name: string, value: string] {
  const at = setting.indexOf("=");
  // The whole setting may be a secret that lost its name: it is not repeated.
  if (at < 1) throw new PatchbayError("COMMAND_INVALID", `A ${wrong}`);
  return [setting.slice(0, at), setting.slice(at + 1)];
}

async function readValues(file: string): Promise<JsonObject> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new PatchbayError("FILE_UNREADABLE", `${file} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
  const value = parseValues(text, file);
  if (isJsonObject(value)) return value;
  throw new PatchbayError("FILE_UNREADABLE", `${file} does not hold parameters`, {
    remedy: "Write one parameter in each line, `name: value`.",
  });
}

/** YAML's own error messages quote the line, which may hold a secret: only the position is told. */
function parseValues(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (cause) {
    const position = isJsonObject(cause) && Array.isArray(cause.linePos) ? cause.linePos[0] : null;
    const place = isJsonObject(position) ? ` (line ${position.line}, column ${position.col})` : "";
    throw new PatchbayError("FILE_UNREADABLE", `${file} is neither YAML nor JSON${place}`, {
      remedy: "Write one parameter in each line, `name: value`; put values with special characters in quotes.",
    });
  }
}
