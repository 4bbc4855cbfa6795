import { compileSchemaCheck } from "../../collections/schema-compiler.js";
import { describeProblems, PatchbayError, type Problem } from "../../core/errors.js";
import type { Json, JsonObject } from "../../core/json.js";
import { plain } from "../plain.js";
import { openPrompt, type Prompt } from "../prompt.js";
import type { Terminal } from "../terminal.js";
import { type ParameterField, toParameterValue } from "./parameter-form.js";

const tries = 3;

/**
 * Asks for the parameters that are required and neither given nor known, in the order of the form;
 * says what is wrong with an answer that does not fit, and asks again.
 * @throws COMMAND_INVALID when the person gives up. @throws PARAMETERS_INVALID when no answer fits.
 */
export async function askParameters(missing: readonly ParameterField[], terminal: Terminal): Promise<JsonObject> {
  if (missing.length === 0) return {};
  const prompt = openPrompt(terminal);
  try {
    const answers: JsonObject = {};
    for (const field of missing) answers[field.name] = await askOne(field, { prompt, terminal });
    return answers;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "AbortError") throw givenUp();
    throw thrown;
  } finally {
    prompt.close();
  }
}

async function askOne(
  field: ParameterField,
  { prompt, terminal }: { readonly prompt: Prompt; readonly terminal: Terminal },
): Promise<Json> {
  const question = questionOf(field);
  let wrong = "is required";
  for (let attempt = 1; attempt <= tries; attempt++) {
    const answer = field.secret ? await prompt.askSecret(question) : (await prompt.ask(question)).trim();
    if (answer === "" && field.standard !== undefined) return field.standard;
    const value = toParameterValue(answer, field.type);
    const problems = answer === "" ? [] : problemsOf(field, value);
    if (answer !== "" && problems.length === 0) return value;
    wrong = answer === "" ? "is required" : describeProblems(problems);
    if (attempt < tries) terminal.note(plain(`${field.title} ${wrong}.`));
  }
  throw new PatchbayError("PARAMETERS_INVALID", `${field.title} ${wrong}`);
}

/** The server judges all parameters together; a schema that does not stand alone is left to it. */
function problemsOf({ schema }: ParameterField, value: Json): readonly Problem[] {
  let check: ReturnType<typeof compileSchemaCheck>;
  try {
    check = compileSchemaCheck(schema);
  } catch {
    return [];
  }
  return check(value);
}

function questionOf({ title, description, secret, standard, choices }: ParameterField): string {
  const hints = [
    ...(description === null ? [] : [description]),
    ...(choices === null ? [] : [`one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`]),
    ...(secret ? ["not shown while you type"] : []),
    ...(standard === undefined ? [] : [`Enter for ${JSON.stringify(standard)}`]),
  ];
  const heading = plain(title);
  return hints.length === 0 ? `${heading}: ` : `${heading} (${plain(hints.join("; "))}): `;
}

function givenUp(): PatchbayError {
  return new PatchbayError("COMMAND_INVALID", "Nothing was installed: the questions were not answered", {
    remedy: "Answer them, or give the parameters with --set, --env, --values or --secret-stdin.",
  });
}
