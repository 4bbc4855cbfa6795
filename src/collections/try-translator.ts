import type { Catalog } from "../core/catalog.js";
import { PatchbayError } from "../core/errors.js";
import type { TranslatorDefinition } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { InstallerTools } from "./installation.js";
import type { TrialResult } from "./installer.js";
import { createProblemList } from "./problem-list.js";
import { readTranslator } from "./read-translator.js";

/** What is tried. */
export interface Trial {
  /** `namespace/name`; with a source it need not be installed. */
  readonly name: string;
  readonly input: Json;
  /** The text of a translator's file, in place of the installed one. */
  readonly source?: string | undefined;
}

/** Runs a translator without keeping anything. A failure shows the line of the source and the word in it. */
export async function tryTranslator(
  { name, input, source }: Trial,
  catalog: Pick<Catalog, "translator" | "parameters" | "dataType">,
  tools: Pick<InstallerTools, "translation" | "grammar">,
): Promise<TrialResult> {
  const translator = source === undefined ? catalog.translator(name) : readDraft(name, source, tools);
  if (!translator) throw new PatchbayError("TRANSLATOR_UNKNOWN", `There is no translator ${name}`, { name });
  const params = catalog.parameters(name.split("/")[0] ?? null);
  const bindings = { params, record: input, steps: {} };
  const output = await tools.translation
    .evaluate(`=${translator.source}`, { input, bindings })
    .catch((error: unknown) => {
      throw error instanceof PatchbayError ? withExcerpt(error, translator.source) : error;
    });
  if (output === undefined) {
    throw new PatchbayError("TRANSLATOR_OUTPUT_MISSING", `The translator ${name} returned nothing for this document`);
  }
  const target = translator.to === null ? null : catalog.dataType(translator.to);
  if (!target) return { output, problems: [] };
  return {
    output,
    problems: isJsonObject(output) ? target.validate(output) : [{ path: "", message: "must be an object" }],
  };
}

function readDraft(
  name: string,
  source: string,
  { grammar, translation }: Pick<InstallerTools, "translation" | "grammar">,
): TranslatorDefinition {
  const problems = createProblemList();
  const file = `${name}.jsonata`;
  const read = readTranslator(source, { file, name, namespace: name.split("/")[0] ?? "", grammar, problems });
  const found = [...problems.all(), ...(read === null ? [] : translation.check(source))];
  if (read !== null && found.length === 0) return read;
  const said = found.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
  throw new PatchbayError("TRANSLATOR_INVALID", `The text of ${name}: ${said}`, { problems: found });
}

const WIDEST = 100;

/** Adds the line that failed, with a mark under the word in it. */
function withExcerpt(error: PatchbayError, source: string): PatchbayError {
  const { position, token } = error.details;
  const [line = 0, column = 0] = typeof position === "string" ? position.split(":").map(Number) : [];
  const text = source.split("\n")[line - 1];
  if (text === undefined || column < 1) return error;
  const begin = Math.max(0, column - WIDEST / 2);
  const mark = "^".repeat(typeof token === "string" && text.includes(token) ? token.length : 1);
  const shown = text.slice(begin, begin + WIDEST).replaceAll("\t", " ");
  const excerpt = `${shown}\n${" ".repeat(column - 1 - begin)}${mark}`;
  return new PatchbayError(error.code, `${error.message}\n${excerpt}`, { ...error.details, cause: error.cause });
}
