import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isJsonObject, type JsonObject } from "../../../core/json.js";
import type { WrittenStep } from "../../writing/draft-flow.js";
import { toWritten, useEditing } from "./editing.js";
import { ChoiceField, ExpressionField, TextField } from "./fields.js";
import { ListField } from "./list-field.js";

const statuses = [
  "accepted",
  "scheduled",
  "queued",
  "sending",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "canceled",
  "read",
];
const kinds = ["for", "until", "message", "reply", "record"] as const;

/** What a step waits for. */
export function WaitForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { set, written } = useEditing();
  const wait = isJsonObject(step.value.wait) ? step.value.wait : {};
  const kind = kinds.find((one) => Object.hasOwn(wait, one)) ?? "for";
  const path = [...step.path, "wait"];
  const call = written?.steps.find((one) => one.kind === "call")?.id ?? "";
  const begin: Readonly<Record<(typeof kinds)[number], JsonObject>> = {
    for: { for: "1h" },
    until: { until: "=$now()" },
    message: { message: call, statuses: ["delivered", "undelivered", "failed"], timeout: "1d" },
    reply: { reply: call, timeout: "1d" },
    record: { record: "", key: "=$event.key", timeout: "1d" },
  };
  return (
    <>
      <Select
        label={t("editor.waitFor")}
        data={kinds.map((one) => ({ value: one, label: t(`editor.wait.${one}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(chosen) => set(path, begin[kinds.find((one) => one === chosen) ?? "for"])}
      />
      <Details step={step} kind={kind} />
      <ExpressionField label={t("editor.cancelIf")} path={[...step.path, "cancelIf"]} step={step} bare />
    </>
  );
}

function Details({ step, kind }: { step: WrittenStep; kind: (typeof kinds)[number] }) {
  const { t } = useTranslation();
  const { written, blocks, name } = useEditing();
  const path = [...step.path, "wait"];
  const calls = (written?.steps ?? []).filter((one) => one.kind === "call").map(({ id }) => ({ value: id, label: id }));
  const timeout = <TextField label={t("editor.timeout")} path={[...path, "timeout"]} placeholder="1d" />;
  if (kind === "for")
    return <TextField label={t("editor.howLong")} path={[...path, "for"]} placeholder="90s, 30m, 2h, 3d" />;
  if (kind === "until") return <ExpressionField label={t("editor.until")} path={[...path, "until"]} step={step} />;
  if (kind === "message") {
    return (
      <>
        <ChoiceField label={t("editor.callStep")} path={[...path, "message"]} data={calls} />
        <ListField label={t("editor.statuses")} path={[...path, "statuses"]} data={statuses} />
        {timeout}
      </>
    );
  }
  const when = <ExpressionField label={t("editor.awaitedWhen")} path={[...path, "when"]} step={step} bare />;
  if (kind === "reply") {
    return (
      <>
        <ChoiceField label={t("editor.callStep")} path={[...path, "reply"]} data={calls} />
        {when}
        {timeout}
      </>
    );
  }
  const types = blocks.dataTypes
    .filter(({ key }) => key.length > 0)
    .map((one) => ({ value: toWritten(one.name, name), label: one.name }));
  return (
    <>
      <ChoiceField label={t("editor.dataType")} path={[...path, "record"]} data={types} />
      <ExpressionField label={t("editor.key")} path={[...path, "key"]} step={step} />
      {when}
      {timeout}
    </>
  );
}
