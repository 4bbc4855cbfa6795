import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { DefinitionFileView } from "../../api/contract/draft.js";
import { Refused } from "../parts/pushed.js";
import { request } from "../remote/request.js";
import { useAnswer } from "../remote/use-answer.js";
import { localPath, nounOf } from "./local-path.js";

interface TakeAwayProps {
  /** `local/name`. */
  readonly name: string;
  readonly file: DefinitionFileView;
  /** Called with the folder's file, where there is one. */
  readonly taken: (file: DefinitionFileView) => void;
}

/**
 * Takes away what was made or changed here of a flow or a translator of this installation, once somebody has confirmed it: it is gone, or
 * again as the flows folder has it.
 */
export function TakeAway({ name, file, taken }: TakeAwayProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [opened, setOpened] = useState(false);
  const noun = nounOf(file);
  const way = file.published === null ? "delete" : "reset";
  const act = useAnswer(
    () => request<DefinitionFileView>(localPath(name, file), { method: "DELETE" }),
    (left) => {
      notifications.show({ message: t(`takeAway.${way}.done`, { name }), color: "bay" });
      setOpened(false);
      if (left.text === null) navigate(`/${noun}s`);
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
          <Text size="sm">{t(way === "delete" ? `takeAway.deletes.${noun}` : `takeAway.resets.${noun}`)}</Text>
          {act.problem !== null && <Refused problem={act.problem} />}
          <Group>
            <Button color="red.9" onClick={() => act.begin(undefined)} loading={act.busy}>
              {t(`takeAway.${way}.do`, { noun: t(`takeAway.noun.${noun}`) })}
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
