import { Checkbox, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isJsonObject, type JsonObject, type JsonSchema } from "../../../core/json.js";
import { resolved } from "../../writing/complete.js";
import type { WrittenStep } from "../../writing/draft-flow.js";
import type { Path } from "../../writing/json-path.js";
import { useEditing } from "./editing.js";
import { ChoiceField, ExpressionField, Fields, useMember } from "./fields.js";
import { schemaOf } from "./sight.js";

/** A form of what a schema says: what is required and what is there, and a way to add the rest. */
export function PayloadForm({ schema, path, step }: { schema: JsonSchema; path: Path; step: WrittenStep }) {
  const { t } = useTranslation();
  const { blocks, set } = useEditing();
  const [value] = useMember(path);
  if (value !== undefined && !isJsonObject(value)) {
    return <ExpressionField label={t("editor.document")} path={path} step={step} />;
  }
  const properties = propertiesOf(schema, schemaOf(blocks.dataTypes));
  const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : []);
  const there = Object.keys(value ?? {});
  const shown = [...new Set([...required, ...there])];
  const rest = Object.keys(properties).filter((name) => !shown.includes(name));
  return (
    <Fields>
      {shown.map((name) => (
        <PayloadField
          key={name}
          name={name}
          schema={properties[name] ?? {}}
          required={required.has(name)}
          path={[...path, name]}
          step={step}
        />
      ))}
      {rest.length > 0 && (
        <Select
          label={t("editor.addField")}
          data={rest.map((name) => ({ value: name, label: titleOf(name, properties[name] ?? {}) }))}
          value={null}
          onChange={(name) => name !== null && set([...path, name], "")}
          searchable
        />
      )}
    </Fields>
  );
}

function propertiesOf(schema: JsonSchema, schemas: ReturnType<typeof schemaOf>): Record<string, JsonObject> {
  const found = resolved(schema, schemas)?.properties;
  const members = isJsonObject(found) ? Object.entries(found) : [];
  return Object.fromEntries(members.map(([name, member]) => [name, isJsonObject(member) ? member : {}]));
}

function titleOf(name: string, { title }: JsonObject): string {
  return typeof title === "string" ? `${title} (${name})` : name;
}

interface PayloadFieldProps {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
  readonly path: Path;
  readonly step: WrittenStep;
}

function PayloadField({ name, schema, required, path, step }: PayloadFieldProps) {
  const [value, write] = useMember(path);
  const about = typeof schema.description === "string" ? schema.description : undefined;
  const label = required ? `${titleOf(name, schema)} *` : titleOf(name, schema);
  if (schema.type === "boolean" && typeof value !== "string") {
    return (
      <Checkbox
        label={label}
        description={about}
        checked={value === true}
        onChange={({ currentTarget }) => write(currentTarget.checked)}
      />
    );
  }
  const words = Array.isArray(schema.enum) ? schema.enum.filter((one) => typeof one === "string") : [];
  // An expression stays one: it is written where all expressions are.
  if (words.length > 0 && (value === undefined || value === "" || words.some((word) => word === value))) {
    return (
      <ChoiceField label={label} about={about} path={path} data={words.map((word) => ({ value: word, label: word }))} />
    );
  }
  return <ExpressionField label={label} about={about} path={path} step={step} />;
}
