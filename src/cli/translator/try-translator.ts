import { readFile } from "node:fs/promises";
import { PatchbayError, type Problem } from "../../core/errors.js";
import type { Json } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { type InputChoice, openInput } from "../record-input.js";
import { sampleNames } from "../samples.js";

interface Result {
  readonly output: Json;
  readonly problems: readonly Problem[];
}

/** Which translator is tried, and the file that is tried in its place. */
export interface Tried {
  readonly name: string;
  readonly source: string | undefined;
}

/**
 * Runs a translator on the server for each document, in order, and prints what it made of it. Output that does not
 * fit its data type is printed too, with its problems.
 */
export async function tryTranslator(tried: Tried, choice: InputChoice, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const { name } = tried;
  const path = `${namedPath("translators", name)}/try`;
  if (choice.file === undefined && choice.sample === undefined) throw await nothingToTranslate();
  const source = tried.source === undefined ? {} : { source: await readSourceFile(tried.source) };
  const input = await openInput(choice, context);
  for await (const { place, record } of input.records) {
    if (record instanceof PatchbayError) throw record;
    const result = await client.post<Result>(path, { input: record, ...source });
    terminal.printJson({ place, ...result });
    terminal.print(JSON.stringify(result.output, null, 2));
    for (const { path: where, message } of result.problems) {
      terminal.print(
        `${terminal.paint("bad", "Problem:")} ${place}: ${where === "" ? "the output" : where} ${message}`,
      );
    }
    if (result.problems.length > 0) context.reportFailures();
  }
}

async function readSourceFile(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    throw new PatchbayError("COMMAND_INVALID", `${file} cannot be read`, {
      cause,
      remedy: "Give the path of a translator's file: translators/order-to-sms.jsonata.",
    });
  });
}

async function nothingToTranslate(): Promise<PatchbayError> {
  const names = await sampleNames();
  return new PatchbayError("COMMAND_INVALID", "There is nothing to translate: give --input or --sample", {
    remedy: `Samples are ${names.join(", ")}.`,
  });
}
