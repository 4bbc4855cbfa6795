import { PatchbayError, type Problem } from "../../core/errors.js";
import type { Json, JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { openRecordSource } from "../push/record-source.js";
import { type ReadRecord, readRecords } from "../read-records.js";
import { readSample, sampleNames } from "../samples.js";

/** What is to be tried, and on what. */
export interface Trial {
  readonly name: string;
  readonly input: string | undefined;
  readonly sample: string | undefined;
}

interface Result {
  readonly output: Json;
  readonly problems: readonly Problem[];
}

/**
 * Runs a translator on the server for each document, in order, and prints what it made of it. Output that does not
 * fit its data type is printed too, with its problems.
 */
export async function tryTranslator({ name, input, sample }: Trial, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const path = `${namedPath("translators", name)}/try`;
  for await (const { place, record } of documentsOf({ input, sample }, context)) {
    if (record instanceof PatchbayError) throw record;
    const result = await client.post<Result>(path, { input: record });
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

async function* documentsOf(
  { input, sample }: Pick<Trial, "input" | "sample">,
  context: CommandContext,
): AsyncGenerator<ReadRecord> {
  if (input !== undefined && sample !== undefined) {
    throw new PatchbayError("COMMAND_INVALID", "Give either --input or --sample, not both");
  }
  if (sample !== undefined) yield* toRecords((await readSample(sample)).documents);
  else if (input !== undefined) {
    const source = await openRecordSource(input, context);
    yield* readRecords(source.chunks, source);
  } else {
    const names = await sampleNames();
    throw new PatchbayError("COMMAND_INVALID", "There is nothing to translate: give --input or --sample", {
      remedy: `Samples are ${names.join(", ")}.`,
    });
  }
}

function* toRecords(documents: readonly JsonObject[]): Generator<ReadRecord> {
  for (const [index, record] of documents.entries()) yield { place: `item ${index + 1}`, record };
}
