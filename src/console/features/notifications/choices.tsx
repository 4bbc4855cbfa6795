import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FlowView } from "../../../api/contract/definitions.js";
import { useRemoteList } from "../../remote/remote.js";

interface ChoiceProps {
  readonly value: string | null;
  readonly choose: (value: string | null) => void;
}

/** One of the flows, by its title. */
export function FlowChoice({ value, choose }: ChoiceProps) {
  const { t } = useTranslation();
  const remote = useRemoteList<FlowView>("/api/v1/flows", { limit: 200 });
  const flows = remote.state === "ready" ? remote.value.items : [];
  return (
    <Select
      aria-label={t("notifications.flow")}
      placeholder={t("notifications.flow")}
      data={flows.map(({ name, title }) => ({ value: name, label: title }))}
      value={value}
      onChange={choose}
      searchable
      clearable
      w={190}
    />
  );
}

/** An instant in the viewer's own time, up to which one looks back. */
export function Until({ value, choose }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <TextInput
      type="datetime-local"
      aria-label={t("notifications.until")}
      title={t("notifications.until")}
      value={value === null ? "" : toLocal(new Date(value))}
      onChange={({ currentTarget: { value: local } }) => choose(local === "" ? null : new Date(local).toISOString())}
      w={190}
    />
  );
}

/** `2026-11-22T09:30`, as the browser's field has it. */
function toLocal(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
