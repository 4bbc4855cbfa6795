import { stringify } from "yaml";
import type { ConvertedFlow, SoundFlow } from "../collections/cenit/convert-flows.js";
import type { ImportedCenit } from "../collections/cenit/import-cenit.js";
import type { CollectionFiles } from "../collections/installer.js";
import { schemaLine } from "../collections/schema-line.js";
import type { Sample } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import { type GoldenConfig, openGolden } from "../open-golden.js";

/** What tests of an imported collection are made with. */
export interface TestMaking {
  readonly config: GoldenConfig;
  /** Of the shipped collections, by `collection/name`. */
  readonly shipped: readonly Sample[];
}

/** Writes a golden test for each flow that is whole and has a sample: what it makes of the first one today. */
export async function cenitTests(imported: ImportedCenit, { config, shipped }: TestMaking): Promise<CollectionFiles> {
  const files: Record<string, string> = {};
  const golden = openGolden(config);
  try {
    for (const flow of imported.flows) {
      if (flow.sound === null) continue;
      const sample = sampleOf(flow.sound, imported, shipped);
      const [input] = sample?.documents ?? [];
      if (sample === undefined || input === undefined) continue;
      const made = await golden.translation
        .evaluate(`=${flow.sound.translator.expression}`, {
          input,
          bindings: { params: parameters, record: input, steps: {} },
        })
        .catch(refused);
      if (!isJsonObject(made)) continue;
      const test = toTest(flow, { sound: flow.sound, made, sample: sample.name });
      if (test === null) continue;
      const file = `tests/${flow.name}.test.yaml`;
      files[file] = schemaLine("test", file) + stringify(test, { lineWidth: 0 });
    }
  } finally {
    await golden.close();
  }
  return files;
}

const parameters = { defaultCountry: "US" };

/** A translator that cannot take the sample has no test; the flow's run would say why. */
function refused(thrown: unknown): null {
  if (thrown instanceof PatchbayError) return null;
  throw thrown;
}

function sampleOf(
  { dataType }: SoundFlow,
  { name, samples }: ImportedCenit,
  shipped: readonly Sample[],
): { readonly name: string; readonly documents: readonly JsonObject[] } | undefined {
  if (dataType.startsWith(`${name}/`)) return samples.get(dataType);
  // The plain ones first: orders before order-without-phone.
  const found = shipped.filter((sample) => sample.dataType === dataType);
  return found.toSorted((a, b) => a.name.split("-").length - b.name.split("-").length)[0];
}

function toTest(
  { name, file }: ConvertedFlow,
  { sound, made, sample }: { readonly sound: SoundFlow; readonly made: JsonObject; readonly sample: string },
): JsonObject | null {
  const { saves, calls, dataType } = sound;
  const message = isJsonObject(made.sms) ? made.sms : made;
  const body = message.message ?? message.Body;
  const expected: JsonObject | null =
    saves !== null
      ? { records: [{ dataType: saves, has: made }] }
      : calls === "twilio/send-message"
        ? typeof body === "string" && body !== "" && isSendable(message)
          ? { messages: [{ body }] }
          : null
        : { calls: [{ endpoint: calls, state: "done", with: { body: made } }] };
  if (expected === null) return null;
  return {
    title: `${String(file.title).slice(0, 150)}: what becomes of a new record`,
    activate: [name],
    given: [{ push: dataType, sample, number: 1 }],
    expect: { ...expected, runs: [{ flow: name, status: "succeeded" }] },
  };
}

/** The simulated Twilio takes real numbers only. */
function isSendable({ phone, To: to }: JsonObject): boolean {
  const number: Json | undefined = phone ?? to;
  return typeof number === "string" && number.replaceAll(/\D/g, "").length >= 10;
}
