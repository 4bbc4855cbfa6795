import { Select, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isJsonObject, type JsonObject } from "../../../core/json.js";
import { toWritten, useEditing } from "./editing.js";
import { ChoiceField, ExpressionField, Fields, TextField } from "./fields.js";
import { ListField } from "./list-field.js";

const kinds = ["record", "message", "received", "webhook", "schedule", "silence", "notification", "manual"] as const;
type Kind = (typeof kinds)[number];

const begin: Readonly<Record<Kind, JsonObject>> = {
  record: { record: "ecommerce/Order", events: ["created"] },
  message: { message: ["undelivered", "failed"] },
  received: { message: "received" },
  webhook: { webhook: "" },
  schedule: { schedule: "0 9 * * mon-fri", timeZone: "UTC" },
  silence: { silence: "ecommerce/Order", for: "30m" },
  notification: { notification: ["warning", "error"] },
  manual: { manual: true },
};

const statuses = [
  ...["accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled", "read"],
  ...["opted-out", "opted-in"],
];

/** What the flow is called, and what starts it. */
export function TriggerForm() {
  const { t } = useTranslation();
  const { written, set } = useEditing();
  const on = isJsonObject(written?.value.on) ? written.value.on : {};
  const kind = kindOf(on);
  return (
    <Fields>
      <Title order={2}>{t("editor.flow")}</Title>
      <TextField label={t("editor.title")} path={["title"]} />
      <TextField label={t("editor.summary")} path={["summary"]} />
      <Title order={2}>{t("editor.trigger")}</Title>
      <Select
        label={t("editor.starts")}
        data={kinds.map((one) => ({ value: one, label: t(`editor.on.${one}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(chosen) => set(["on"], begin[kinds.find((one) => one === chosen) ?? "manual"])}
      />
      <Details kind={kind} />
      {["record", "message", "received", "webhook", "notification"].includes(kind) && (
        <ExpressionField
          label={t("editor.when")}
          about={t("editor.onWhenAbout")}
          path={["on", "when"]}
          step={null}
          bare
        />
      )}
    </Fields>
  );
}

function kindOf(on: JsonObject): Kind {
  if (on.message === "received") return "received";
  return kinds.find((one) => Object.hasOwn(on, one)) ?? "manual";
}

function Details({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const { blocks, name } = useEditing();
  const types = blocks.dataTypes
    .filter(({ key }) => key.length > 0)
    .map((one) => ({ value: toWritten(one.name, name), label: one.name }));
  switch (kind) {
    case "record":
      return (
        <>
          <ChoiceField label={t("editor.dataType")} path={["on", "record"]} data={types} />
          <ListField label={t("editor.events")} path={["on", "events"]} data={["created", "updated", "deleted"]} />
          <ListField label={t("editor.changed")} about={t("editor.changedAbout")} path={["on", "changed"]} />
        </>
      );
    case "message":
      return <ListField label={t("editor.statuses")} path={["on", "message"]} data={statuses} />;
    case "webhook":
      return (
        <>
          <ChoiceField
            label={t("editor.connection")}
            path={["on", "webhook"]}
            data={blocks.connections.map((one) => ({ value: toWritten(one.name, name), label: one.name }))}
          />
          <ListField label={t("editor.topics")} path={["on", "topic"]} />
        </>
      );
    case "schedule":
      return (
        <>
          <TextField label={t("editor.cron")} path={["on", "schedule"]} />
          <TextField label={t("editor.timeZone")} path={["on", "timeZone"]} />
        </>
      );
    case "silence":
      return (
        <>
          <ChoiceField label={t("editor.dataType")} path={["on", "silence"]} data={types} />
          <TextField label={t("editor.howLong")} path={["on", "for"]} />
        </>
      );
    case "notification":
      return (
        <ListField
          label={t("editor.levels")}
          path={["on", "notification"]}
          data={["info", "notice", "warning", "error"]}
        />
      );
    default:
      return null;
  }
}
