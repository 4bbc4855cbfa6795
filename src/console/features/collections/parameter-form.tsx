import { NumberInput, PasswordInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isJsonObject, type Json, type JsonObject } from "../../../core/json.js";
import { JsonField, readJson, writeJson } from "../../parts/json-input.js";

interface ParameterFormProps {
  /** JSON Schema of an object. */
  readonly schema: JsonObject;
  readonly values: JsonObject;
  readonly change: (values: JsonObject) => void;
  /** What the server has said of a member; null for nothing. */
  readonly problemOf: (name: string) => string | null;
  /** Whether what is left empty stays as it was. */
  readonly keeps: boolean;
}

/** A form made from a collection's parameters. */
export function ParameterForm({ schema, values, change, problemOf, keeps }: ParameterFormProps) {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const set = (name: string, value: Json | undefined): void => {
    const { [name]: _before, ...others } = values;
    change(value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  return (
    <Stack gap="md">
      {Object.entries(properties).map(([name, property]) =>
        isJsonObject(property) ? (
          <Field
            key={name}
            schema={property}
            value={values[name]}
            set={(value) => set(name, value)}
            facts={{ name, required: required.includes(name), keeps, error: problemOf(name) }}
          />
        ) : null,
      )}
    </Stack>
  );
}

interface FieldProps {
  readonly schema: JsonObject;
  readonly value: Json | undefined;
  readonly set: (value: Json | undefined) => void;
  readonly facts: {
    readonly name: string;
    readonly required: boolean;
    readonly keeps: boolean;
    readonly error: string | null;
  };
}

function Field({ schema, value, set, facts: { name, required, keeps, error } }: FieldProps) {
  const { t } = useTranslation();
  const common = {
    label: textOf(schema.title) ?? name,
    description: textOf(schema.description),
    error,
    withAsterisk: required,
  };
  if (schema.writeOnly === true) {
    return (
      <PasswordInput
        {...common}
        {...(keeps && { placeholder: t("change.keeps") })}
        autoComplete="new-password"
        value={textOf(value) ?? ""}
        onChange={({ currentTarget }) => set(currentTarget.value)}
      />
    );
  }
  return <OpenField schema={schema} value={value} set={set} common={{ ...common, placeholder: defaultOf(schema) }} />;
}

interface OpenFieldProps extends Pick<FieldProps, "schema" | "value" | "set"> {
  readonly common: {
    readonly label: string;
    readonly description: string | undefined;
    readonly error: string | null;
    readonly withAsterisk: boolean;
    readonly placeholder: string;
  };
}

/** A field for what anybody may see. */
function OpenField({ schema, value, set, common }: OpenFieldProps) {
  if (schema.type === "boolean") {
    const { placeholder: _none, withAsterisk: _star, ...rest } = common;
    const checked = value === true || (value === undefined && schema.default === true);
    return <Switch {...rest} checked={checked} onChange={({ currentTarget }) => set(currentTarget.checked)} />;
  }
  if (Array.isArray(schema.enum)) {
    const words = schema.enum.map(String);
    return (
      <Select {...common} data={words} value={textOf(value) ?? null} onChange={(word) => set(word ?? "")} clearable />
    );
  }
  if (schema.type === "integer" || schema.type === "number") {
    return <NumberInput {...common} value={typeof value === "number" ? value : ""} onChange={set} />;
  }
  if (schema.type !== "string" && schema.type !== undefined) return <Written {...common} value={value} set={set} />;
  return (
    <TextInput
      {...common}
      autoComplete="off"
      value={textOf(value) ?? ""}
      onChange={({ currentTarget }) => set(currentTarget.value)}
    />
  );
}

/** What has no field of its own is written as JSON. */
function Written({
  value,
  set,
  ...common
}: {
  value: Json | undefined;
  set: FieldProps["set"];
  label: string;
  error: string | null;
}) {
  const { t } = useTranslation();
  const shown = value === undefined ? "" : writeJson(value);
  return (
    <JsonField
      {...common}
      minRows={3}
      defaultValue={shown}
      onChange={(text) => set(readJson(text))}
      validationError={t("json.invalid")}
    />
  );
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function defaultOf({ default: standard }: JsonObject): string {
  return standard === undefined ? "" : String(standard);
}
