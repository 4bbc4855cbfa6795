import { Badge, Group, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isJsonObject, type JsonSchema } from "../../../core/json.js";
import { resolved, type SchemaOf } from "../../writing/complete.js";

const MAX_DEPTH = 4;

interface TreeProps {
  readonly schema: JsonSchema | null;
  readonly schemaOf: SchemaOf;
  readonly label: string;
  /** Paths that are marked, joined by `/`. */
  readonly marked: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly pick: (path: readonly string[]) => void;
}

/** The fields of a data type, those inside others too; pressing one picks it. */
export function SchemaTree(props: TreeProps) {
  return (
    <section aria-label={props.label}>
      <Members {...props} path={[]} />
    </section>
  );
}

function Members({ path, ...props }: TreeProps & { readonly path: readonly string[] }) {
  const schema = resolved(props.schema, props.schemaOf);
  if (schema === null || !isJsonObject(schema.properties) || path.length > MAX_DEPTH) return null;
  const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : []);
  return (
    <ul className="tree">
      {Object.entries(schema.properties).map(([name, member]) => (
        <li key={name}>
          <Field
            {...props}
            path={[...path, name]}
            member={isJsonObject(member) ? member : {}}
            required={required.has(name)}
          />
        </li>
      ))}
    </ul>
  );
}

interface FieldProps extends TreeProps {
  readonly path: readonly string[];
  readonly member: JsonSchema;
  readonly required: boolean;
}

function Field({ member, required, ...props }: FieldProps) {
  const { t } = useTranslation();
  const { path, pick, marked, chosen } = props;
  const key = path.join("/");
  const type = [member.type].flat().find((one) => typeof one === "string" && one !== "null");
  return (
    <>
      <UnstyledButton
        className="row"
        data-chosen={chosen === key}
        aria-pressed={chosen === key}
        onClick={() => pick(path)}
      >
        <Group gap={6} wrap="nowrap" px={4}>
          <Text span size="sm" ff="monospace" {...(marked.has(key) && { fw: 700 })}>
            {path.at(-1)}
          </Text>
          <Text span size="xs" c="dimmed">
            {typeof type === "string" ? type : ""}
          </Text>
          {required && <Badge size="xs">{t("workbench.required")}</Badge>}
        </Group>
      </UnstyledButton>
      <Members {...props} schema={member} />
    </>
  );
}
