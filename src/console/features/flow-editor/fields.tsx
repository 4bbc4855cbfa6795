import { Select, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ExpressionResultView } from "../../../api/contract/draft.js";
import type { Json } from "../../../core/json.js";
import { Code } from "../../writing/code.js";
import { completeAt } from "../../writing/complete.js";
import type { WrittenStep } from "../../writing/draft-flow.js";
import { type Path, valueAt } from "../../writing/json-path.js";
import { useAsked } from "../../writing/use-asked.js";
import { useSlow } from "../../writing/use-slow.js";
import { useEditing } from "./editing.js";
import { outputsOf, schemaOf, sightAt } from "./sight.js";

/** What every field of a form has. */
export interface FieldProps {
  readonly label: string;
  readonly about?: string | undefined;
  readonly path: Path;
  readonly step: WrittenStep | null;
}

/** Gives what is written at a path, and a way to write something else there; an empty text is none. */
export function useMember(path: Path): readonly [Json | undefined, (value: Json | undefined) => void] {
  const { written, set } = useEditing();
  const write = (value: Json | undefined): void => set(path, value === "" ? undefined : value);
  return [valueAt(written?.value, path), write];
}

interface ExpressionFieldProps extends FieldProps {
  readonly bare?: boolean;
  /** Whether an empty one is none. */
  readonly optional?: boolean;
}

/** A text, or an expression that begins with `=`; with `bare` always an expression, as conditions are. */
export function ExpressionField({ label, about, path, step, bare = false, optional = bare }: ExpressionFieldProps) {
  const [value] = useMember(path);
  const editing = useEditing();
  const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const expression = bare ? text : text.startsWith("=") && !text.startsWith("==") ? text.slice(1) : null;
  const take = (typed: string): void => editing.set(path, optional && typed === "" ? undefined : toValue(typed, value));
  const sight = sightAt(editing, step);
  const complete = (before: string) =>
    bare || text.startsWith("=") ? completeAt(before, sight, schemaOf(editing.blocks.dataTypes)) : null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      {about !== undefined && (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      )}
      <Code small language="jsonata" label={label} value={text} onChange={take} complete={complete} />
      {expression !== null && expression.trim() !== "" && <Preview expression={expression} step={step} />}
    </div>
  );
}

/** Lists and objects are written as JSON; what is no JSON yet is a text. */
function toValue(typed: string, before: Json | undefined): Json {
  if (typeof before === "string" || before === undefined) return typed;
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}

/** What an expression gives with what the flow is tried on. */
function Preview({ expression, step }: { expression: string; step: WrittenStep | null }) {
  const { t } = useTranslation();
  const { rehearsed, name, written } = useEditing();
  const slow = useSlow(expression);
  const steps = outputsOf(
    rehearsed,
    (written?.steps ?? []).filter((one) => one.id !== step?.id),
  );
  const { params: _, ...bindings } = rehearsed?.scope.bindings ?? {};
  const body =
    rehearsed === null
      ? null
      : {
          expression: slow,
          input: rehearsed.scope.input,
          bindings: { ...bindings, steps },
          collection: name.split("/")[0],
        };
  const { value } = useAsked<ExpressionResultView>("/api/v1/expressions/try", body);
  if (value === null) return null;
  if (value.failure !== null) {
    return (
      <Text size="xs" c="red" className="breakable" aria-live="polite">
        {value.failure.message}
      </Text>
    );
  }
  return (
    <Text size="xs" c="dimmed" ff="monospace" className="breakable" aria-live="polite" lineClamp={4}>
      {value.found ? `→ ${JSON.stringify(value.value)}` : t("editor.givesNothing")}
    </Text>
  );
}

/** A plain text: a duration, a name. */
export function TextField({ label, about, path, placeholder }: Omit<FieldProps, "step"> & { placeholder?: string }) {
  const [value, write] = useMember(path);
  return (
    <TextInput
      label={label}
      description={about}
      placeholder={placeholder}
      value={value === undefined ? "" : String(value)}
      onChange={({ currentTarget }) => write(currentTarget.value)}
    />
  );
}

/** One of these. */
export function ChoiceField({
  label,
  about,
  path,
  data,
}: Omit<FieldProps, "step"> & { readonly data: readonly { value: string; label: string }[] }) {
  const [value, write] = useMember(path);
  const now = value === undefined ? null : String(value);
  const known = now === null || data.some((one) => one.value === now) ? data : [...data, { value: now, label: now }];
  return (
    <Select
      label={label}
      description={about}
      data={[...known]}
      value={now}
      onChange={(chosen) => write(chosen ?? undefined)}
      searchable
      clearable
    />
  );
}

/** Fields below each other. */
export function Fields({ children }: { children: React.ReactNode }) {
  return <Stack gap="sm">{children}</Stack>;
}
