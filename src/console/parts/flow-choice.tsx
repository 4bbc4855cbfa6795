import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FlowView } from "../../api/contract/definitions.js";
import { useRemoteList } from "../remote/remote.js";

interface FlowChoiceProps {
  readonly value: string | null;
  readonly choose: (value: string | null) => void;
}

/** One of the flows, by its title. */
export function FlowChoice({ value, choose }: FlowChoiceProps) {
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
