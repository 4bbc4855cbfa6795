import { Button, Group, SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DataTypeView } from "../../../api/contract/definitions.js";
import type { AcceptedView, RecordView } from "../../../api/contract/record.js";
import { isJsonObject, type Json } from "../../../core/json.js";
import { JsonField, readJson, writeJson } from "../../parts/json-input.js";
import { Shown } from "../../parts/notice.js";
import { Pushed, Refused } from "../../parts/pushed.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";
import { Fit } from "./fit.js";
import { SchemaForm } from "./schema-form.js";
import { setIn } from "./set-in.js";

const views = ["form", "json"] as const;
type View = (typeof views)[number];

interface RecordEditorProps {
  readonly record: Pick<RecordView, "dataType" | "document">;
  readonly leave: () => void;
}

/** Changes a record by a form of its data type, or as JSON: both are the same document. */
export function RecordEditor({ record, leave }: RecordEditorProps) {
  const types = useRemoteList<DataTypeView>("/api/v1/data-types", { limit: 200 });
  return <Shown remote={types}>{({ items }) => <Editor record={record} leave={leave} dataTypes={items} />}</Shown>;
}

function Editor({ record, leave, dataTypes }: RecordEditorProps & { readonly dataTypes: readonly DataTypeView[] }) {
  const { t } = useTranslation();
  const { dataType } = record;
  const schemas = new Map(dataTypes.map(({ name, schema }) => [name, schema]));
  const schema = schemas.get(dataType);
  const [view, setView] = useState<View>(schema === undefined ? "json" : "form");
  const [text, setText] = useState(() => writeJson(record.document));
  const document = readJson(text);
  const push = useAnswer(() =>
    request<AcceptedView>(`/api/v1/records/${dataType}`, { method: "POST", body: document }),
  );
  const edit = (next: Json): void => setText(writeJson(next));
  return (
    <Stack gap="sm">
      {schema !== undefined && (
        <SegmentedControl
          size="xs"
          aria-label={t("records.view")}
          data={views.map((each) => ({
            value: each,
            label: t(`records.views.${each}`),
            disabled: !isJsonObject(document),
          }))}
          value={view}
          onChange={setView}
          style={{ alignSelf: "flex-start" }}
        />
      )}
      {view === "form" && schema !== undefined ? (
        <SchemaForm
          schema={schema}
          schemas={schemas}
          value={document}
          path={[]}
          change={(path, value) => edit(setIn(document, path, value))}
        />
      ) : (
        <JsonField label={t("records.document")} value={text} onChange={setText} validationError={t("json.invalid")} />
      )}
      <Fit dataType={dataType} document={document} />
      {push.problem !== null && <Refused problem={push.problem} />}
      {push.answer !== null && <Pushed accepted={push.answer} />}
      <Group gap="xs">
        <Button onClick={() => push.begin(undefined)} loading={push.busy} disabled={!isJsonObject(document)}>
          {t("records.save")}
        </Button>
        <Button variant="default" onClick={leave}>
          {t("records.leave")}
        </Button>
      </Group>
    </Stack>
  );
}
