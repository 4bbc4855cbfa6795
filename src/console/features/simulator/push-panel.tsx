import { Button, Group, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AcceptedView } from "../../../api/contract/record.js";
import type { SimulatorView } from "../../../api/contract/simulator.js";
import type { JsonObject } from "../../../core/json.js";
import { JsonField, readJson, writeJson } from "../../parts/json-input.js";
import { Pushed, Refused } from "../../parts/pushed.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";

/** A sample record that can be changed and pushed. */
export function PushPanel({ samples }: Pick<SimulatorView, "samples">) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(0);
  const [text, setText] = useState(() => fresh(samples[0]?.document));
  const [dataType, setDataType] = useState(samples[0]?.dataType ?? "");
  const take = (index: number): void => {
    setChosen(index);
    setText(fresh(samples[index]?.document));
    setDataType(samples[index]?.dataType ?? "");
  };
  const push = useAnswer(
    (document: string) =>
      request<AcceptedView>(`/api/v1/records/${dataType}`, { method: "POST", body: JSON.parse(document) }),
    () => take(chosen),
  );
  return (
    <Paper p="md" component="section" aria-label={t("simulator.push")}>
      <Stack gap="sm">
        <div>
          <Title order={2}>{t("simulator.push")}</Title>
          <Text size="sm" c="dimmed">
            {t("simulator.pushAbout")}
          </Text>
        </div>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Select
            flex={1}
            label={t("simulator.sample")}
            data={samples.map((sample, index) => ({ value: String(index), label: nameOf(sample) }))}
            value={String(chosen)}
            onChange={(value) => take(Number(value ?? 0))}
            allowDeselect={false}
          />
          <Button onClick={() => push.begin(text)} loading={push.busy} disabled={readJson(text) === undefined}>
            {t("simulator.pushIt")}
          </Button>
        </Group>
        {push.problem !== null && <Refused problem={push.problem} />}
        {push.answer !== null && <Pushed accepted={push.answer} />}
        <JsonField label={dataType} value={text} onChange={setText} maxRows={18} validationError={t("json.invalid")} />
      </Stack>
    </Paper>
  );
}

function nameOf({ dataType, document }: SimulatorView["samples"][number]): string {
  return `${dataType.split("/")[1]} ${String(document.id ?? "")}`;
}

/** The same record as one that was never pushed. */
function fresh(document: JsonObject = {}): string {
  const id = `${typeof document.id === "string" ? document.id : "N"}-${Date.now().toString(36).slice(-5)}`;
  return writeJson({ ...document, ...(document.id !== undefined && { id }) });
}
