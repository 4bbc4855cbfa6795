import { Alert, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createTwoFilesPatch } from "diff";
import { useTranslation } from "react-i18next";
import type { DefinitionFileView } from "../../api/contract/draft.js";
import type { PlanView } from "../../api/contract/plan.js";
import { Diff } from "../parts/diff.js";
import { Refused } from "../parts/pushed.js";
import type { Problem } from "../remote/problem.js";
import { request } from "../remote/request.js";
import { useAnswer } from "../remote/use-answer.js";
import { localPath } from "./local-path.js";

/** What is to be saved. */
export interface Saving {
  /** `namespace/name`. */
  readonly name: string;
  readonly file: DefinitionFileView;
  readonly text: string;
}

interface SaveDraftProps {
  readonly saving: Saving;
  readonly opened: boolean;
  readonly close: () => void;
  readonly saved: () => void;
}

/** Shows what changes, and what would begin to happen; then it is saved as a new version. */
export function SaveDraft({ saving, opened, close, saved }: SaveDraftProps) {
  const { t } = useTranslation();
  const { file, text } = saving;
  const plan = usePlan(saving, opened);
  const queries = useQueryClient();
  const act = useAnswer(
    () => save(saving, plan.data?.hash ?? null),
    () => {
      void queries.invalidateQueries();
      saved();
      close();
    },
  );
  const patch = createTwoFilesPatch("before", "after", file.text ?? "", text, undefined, undefined, { context: 2 });
  const lines = patch.split("\n").slice(4).join("\n");
  const ready = file.collection === null || plan.data !== undefined;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("save.title")}
      size="xl"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t(file.collection === null ? "save.aboutLocal" : "save.aboutOverlay", { collection: file.collection })}
        </Text>
        <Diff text={lines} label={t("save.diff")} />
        {plan.data !== undefined && <Starts plan={plan.data} />}
        {plan.error !== null && <Refused problem={plan.error} />}
        {act.problem !== null && <Refused problem={act.problem} />}
        <Group>
          <Button onClick={() => act.begin(undefined)} loading={act.busy} disabled={!ready}>
            {t("save.save")}
          </Button>
          <Button variant="default" onClick={close}>
            {t("save.back")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function usePlan({ file, text }: Saving, opened: boolean) {
  const { collection } = file;
  return useQuery<PlanView, Problem>({
    queryKey: ["asked", "edit", collection, file.file, text],
    queryFn: ({ signal }) =>
      request<PlanView>(`/api/v1/collections/${collection}/edit/plan`, {
        ...{ method: "POST", body: { file: file.file, text }, signal },
      }),
    enabled: opened && collection !== null,
    retry: false,
    gcTime: 0,
  });
}

function save({ name, file, text }: Saving, planHash: string | null): Promise<unknown> {
  if (file.collection === null) {
    return request(localPath(name, file), { method: "PUT", body: { text, basedOn: file.hash } });
  }
  const body = { file: file.file, text, planHash };
  return request(`/api/v1/collections/${file.collection}/edit`, { method: "POST", body });
}

function Starts({ plan: { starts } }: { plan: PlanView }) {
  const { t } = useTranslation();
  if (starts.length === 0) return null;
  return (
    <Alert color="orange" title={t("save.starts")}>
      <List size="sm">
        {starts.map(({ flow, message }) => (
          <List.Item key={`${flow} ${message}`}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
