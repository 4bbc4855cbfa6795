import { useMemo, useState } from "react";
import type { DataTypeView } from "../../../api/contract/definitions.js";
import type { DefinitionFileView, ExpressionResultView, TriedTranslatorView } from "../../../api/contract/draft.js";
import type { Json, JsonSchema } from "../../../core/json.js";
import { readJson, writeJson } from "../../parts/json-input.js";
import { type Completion, completeAt, type SchemaOf } from "../../writing/complete.js";
import { useAsked } from "../../writing/use-asked.js";
import { useNewest, useSamples } from "../../writing/use-samples.js";
import { useSlow } from "../../writing/use-slow.js";

/** A document that a translator can be tried on. */
interface Document {
  readonly label: string;
  readonly text: string;
}

/** A translator that is being written, with what it is tried on and what it gives. */
export interface Bench {
  readonly name: string;
  readonly file: DefinitionFileView;
  readonly text: string;
  readonly write: (text: string) => void;
  /** Data types that it says it is between; null for any. */
  readonly from: string | null;
  readonly to: string | null;
  readonly schemaOf: SchemaOf;
  readonly input: string;
  readonly setInput: (text: string) => void;
  readonly samples: readonly Document[];
  /** The newest ones that are stored. */
  readonly records: readonly Document[];
  readonly tried: TriedTranslatorView | null;
  /** What is selected, and what it gives. */
  readonly selected: string;
  readonly select: (text: string) => void;
  readonly selection: ExpressionResultView | null;
  readonly complete: (before: string) => Completion | null;
}

interface Benching extends Pick<Bench, "name" | "file"> {
  /** The text that it begins with. */
  readonly start: string;
  readonly dataTypes: readonly DataTypeView[];
}

/** Follows a translator that is being written: it is tried a moment after each change. */
export function useBench({ name, file, start, dataTypes }: Benching): Bench {
  const [text, write] = useState(start);
  const [typed, setInput] = useState<string | null>(null);
  const [selected, select] = useState("");
  const collection = name.split("/")[0] ?? "";
  const { from, to } = useMemo(() => matterOf(text, collection), [text, collection]);
  const records = useNewest(from).map(({ key, document }) => ({ label: key, text: writeJson(document) }));
  const samples = useSamples(from).map(({ name: of, document }) => {
    return { label: `${of} ${String(document.id ?? "")}`, text: writeJson(document) };
  });
  const input = typed ?? samples[0]?.text ?? "{}";
  const document = readJson(input);
  const slow = useSlow(text);
  const body = { name, text: slow, ...(document !== undefined && { input: document }) };
  const tried = useAsked<TriedTranslatorView>("/api/v1/translators/check", body);
  const selection = useSelection({ selected: useSlow(selected), document, collection });
  const schemaOf = (type: string): JsonSchema | null =>
    (dataTypes.find((one) => one.name === type)?.schema as JsonSchema | undefined) ?? null;
  const record = { example: document, schema: from === null ? null : schemaOf(from) };
  const sight = { "": record, record, params: { example: {}, schema: null } };
  const complete = (before: string): Completion | null => completeAt(before, sight, schemaOf);
  return {
    ...{ name, file, text, write, from, to, schemaOf, input, setInput, samples, records, tried: tried.value },
    ...{ selected, select, selection, complete },
  };
}

interface Selecting {
  readonly selected: string;
  readonly document: Json | undefined;
  readonly collection: string;
}

function useSelection({ selected, document, collection }: Selecting): ExpressionResultView | null {
  const expression = selected.trim().replace(/,$/, "");
  const isAsked = expression !== "" && document !== undefined;
  const body = { expression, input: document, bindings: { record: document }, collection };
  const { value } = useAsked<ExpressionResultView>("/api/v1/expressions/try", isAsked ? body : null);
  return isAsked ? value : null;
}

/** Reads which data types a translator says it is between. */
function matterOf(text: string, collection: string): { from: string | null; to: string | null } {
  const matter = /^\s*\/\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
  const whole = (name: string | undefined): string | null =>
    name === undefined ? null : name.includes("/") ? name : `${collection}/${name}`;
  return { from: whole(/^\s*from:\s*(\S+)/m.exec(matter)?.[1]), to: whole(/^\s*to:\s*(\S+)/m.exec(matter)?.[1]) };
}
