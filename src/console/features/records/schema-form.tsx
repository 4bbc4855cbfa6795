import { ActionIcon, Button, Fieldset, Group, NumberInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { Cross2Icon, PlusIcon } from "@radix-ui/react-icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isJsonObject, type Json, type JsonObject } from "../../../core/json.js";
import { JsonField, readJson, writeJson } from "../../parts/json-input.js";
import { emptyOf, type Field, type FieldShape, type Schemas, shapeOf } from "./field-shape.js";
import type { JsonPath } from "./set-in.js";

/** A form made from a schema. What the schema does not name stays in the document as it is. */
interface FormProps {
  readonly schema: JsonObject;
  readonly schemas: Schemas;
  readonly value: Json | undefined;
  readonly path: JsonPath;
  readonly change: (path: JsonPath, value: Json | undefined) => void;
}

interface ValueProps extends FormProps {
  readonly field: Field;
}

/** The fields of an object. */
export function SchemaForm({ schema, schemas, value, path, change }: FormProps) {
  const shape = shapeOf(schema, schemas);
  if (shape.kind !== "object") return null;
  const document = isJsonObject(value) ? value : {};
  return (
    <Stack gap="sm">
      {shape.fields.map((field) => (
        <Value
          key={field.name}
          field={field}
          schema={field.schema}
          schemas={schemas}
          value={document[field.name]}
          path={[...path, field.name]}
          change={change}
        />
      ))}
    </Stack>
  );
}

function Value(props: ValueProps) {
  const { field, schema, schemas, value, path, change } = props;
  const { t } = useTranslation();
  const shape = shapeOf(schema, schemas);
  if (shape.kind === "list") return <List {...props} item={shape.item} />;
  if (shape.kind !== "object") return <Plain {...props} shape={shape} />;
  if (value === undefined || value === null) {
    return <Add name={field.title} add={() => change(path, {})} />;
  }
  return (
    <Fieldset legend={field.title}>
      <SchemaForm {...{ schema, schemas, value, path, change }} />
      {!field.required && (
        <Button size="compact-xs" variant="subtle" mt="xs" onClick={() => change(path, undefined)}>
          {t("records.remove", { name: field.title })}
        </Button>
      )}
    </Fieldset>
  );
}

function List(props: ValueProps & { readonly item: JsonObject }) {
  const { field, schemas, value, path, change, item } = props;
  const { t } = useTranslation();
  const items = Array.isArray(value) ? value : [];
  const name = (index: number) => t("records.item", { name: field.title, number: index + 1 });
  return (
    <Fieldset legend={field.title}>
      <Stack gap="sm">
        {items.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place only.
          <Group key={index} align="flex-start" wrap="nowrap" gap="xs">
            <div style={{ flex: 1, minWidth: 0 }}>
              <Value
                field={{ name: field.name, title: name(index), about: null, required: true, schema: item }}
                schema={item}
                schemas={schemas}
                value={each}
                path={[...path, index]}
                change={change}
              />
            </div>
            <ActionIcon
              variant="subtle"
              mt={6}
              onClick={() => change([...path, index], undefined)}
              aria-label={t("records.remove", { name: name(index) })}
            >
              <Cross2Icon />
            </ActionIcon>
          </Group>
        ))}
        <Add name={name(items.length)} add={() => change([...path, items.length], emptyOf(shapeOf(item, schemas)))} />
      </Stack>
    </Fieldset>
  );
}

function Add({ name, add }: { name: string; add: () => void }) {
  const { t } = useTranslation();
  return (
    <Button variant="default" size="xs" leftSection={<PlusIcon />} onClick={add} style={{ alignSelf: "flex-start" }}>
      {t("records.add", { name })}
    </Button>
  );
}

/** One value on one line; an empty field is one that is not in the document. */
function Plain({ field, value, path, change, shape }: ValueProps & { readonly shape: FieldShape }) {
  const shared = { label: field.title, description: field.about, required: field.required };
  const set = (next: Json | undefined) => change(path, next);
  if (shape.kind === "choice") {
    const chosen = typeof value === "string" ? value : null;
    const data = [...new Set([...shape.choices, ...(chosen === null ? [] : [chosen])])];
    return <Select {...shared} data={data} value={chosen} onChange={(next) => set(next ?? undefined)} clearable />;
  }
  if (shape.kind === "flag") {
    const { label, description } = shared;
    return (
      <Switch {...{ label, description }} checked={value === true} onChange={(event) => set(event.target.checked)} />
    );
  }
  if (shape.kind === "number" || shape.kind === "integer") {
    return (
      <NumberInput
        {...shared}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => set(typeof next === "number" ? next : undefined)}
        allowDecimal={shape.kind === "number"}
        hideControls
      />
    );
  }
  if (shape.kind === "json") return <AnyJson field={field} value={value} set={set} />;
  return <Line {...shared} kind={shape.kind} value={value} set={set} />;
}

interface LineProps {
  readonly label: string;
  readonly description: string | null;
  readonly required: boolean;
  readonly kind: FieldShape["kind"];
  readonly value: Json | undefined;
  readonly set: (value: Json | undefined) => void;
}

function Line({ kind, value, set, ...shared }: LineProps) {
  const isText = value === undefined || value === null || typeof value === "string";
  return (
    <TextInput
      {...shared}
      type={kind === "date" ? "date" : "text"}
      placeholder={kind === "instant" ? "2026-11-22T09:30:00Z" : undefined}
      value={isText ? (value ?? "") : JSON.stringify(value)}
      onChange={({ currentTarget }) => set(currentTarget.value === "" ? undefined : currentTarget.value)}
    />
  );
}

/** What has no form of its own. */
function AnyJson({ field, value, set }: { field: Field; value: Json | undefined; set: (value?: Json) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (value === undefined ? "" : writeJson(value)));
  return (
    <JsonField
      label={field.title}
      description={field.about}
      required={field.required}
      minRows={2}
      value={text}
      onChange={(next) => {
        setText(next);
        if (next.trim() === "") set(undefined);
        else if (readJson(next) !== undefined) set(readJson(next));
      }}
      validationError={t("json.invalid")}
    />
  );
}
