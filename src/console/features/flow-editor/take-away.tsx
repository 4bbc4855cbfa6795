import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { DefinitionFileView } from "../../../api/contract/draft.js";
import { Refused } from "../../parts/pushed.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";
import { useEditing } from "./editing.js";

/**
 * Takes away what was made or changed here of a flow of this installation, once somebody has confirmed it: the flow is gone, or again
 * as the flows folder has it.
 * @param taken Called with the folder's file, where there is one.
 */
export function TakeAway({ taken }: { taken: (file: DefinitionFileView) => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [opened, setOpened] = useState(false);
  const { name, file } = useEditing();
  const way = file.published === null ? "delete" : "reset";
  const act = useAnswer(
    () => request<DefinitionFileView>(`/api/v1/local-flows/${name.split("/")[1]}`, { method: "DELETE" }),
    (left) => {
      notifications.show({ message: t(`takeAway.${way}.done`, { name }), color: "bay" });
      setOpened(false);
      if (left.text === null) navigate("/flows");
      else taken(left);
    },
  );
  if (file.collection !== null || file.changedAt === null) return null;
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t(`takeAway.${way}.button`)}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t(`takeAway.${way}.title`, { name })}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <Stack gap="sm">
          <Text size="sm">{t(`takeAway.${way}.about`)}</Text>
          {act.problem !== null && <Refused problem={act.problem} />}
          <Group>
            <Button color="red.9" onClick={() => act.begin(undefined)} loading={act.busy}>
              {t(`takeAway.${way}.do`)}
            </Button>
            <Button variant="default" onClick={() => setOpened(false)}>
              {t("save.back")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
