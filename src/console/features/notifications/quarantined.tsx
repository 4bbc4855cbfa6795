import { Alert, Button, Checkbox, Group, Stack, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { QuarantinedRecordView } from "../../../api/contract/quarantine.js";
import type { AcceptedView } from "../../../api/contract/record.js";
import { JsonField, readJson, writeJson } from "../../parts/json-input.js";
import { Shown } from "../../parts/notice.js";
import { Problems, Pushed, Refused } from "../../parts/pushed.js";
import { useMay } from "../../remote/account.js";
import { useRemote } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { useAnswer } from "../../remote/use-answer.js";

/** A record that was held because it does not fit: what is wrong, and how to put it right. */
export function Quarantined({ id }: { id: string }) {
  const { t } = useTranslation();
  const remote = useRemote<QuarantinedRecordView>(`/api/v1/quarantine/${id}`);
  return (
    <Stack gap="sm" component="section" aria-label={t("quarantine.title")}>
      <Title order={3} size="h4">
        {t("quarantine.title")}
      </Title>
      <Shown remote={remote}>{(held) => <Held key={held.updatedAt} held={held} />}</Shown>
    </Stack>
  );
}

function Held({ held }: { held: QuarantinedRecordView }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => writeJson(held.document));
  const may = useMay();
  const [force, setForce] = useState(false);
  const path = `/api/v1/quarantine/${held.id}`;
  const document = readJson(text);
  const release = useAnswer(() =>
    request<AcceptedView>(`${path}/release`, { method: "POST", body: { document, ...(force && { force }) } }),
  );
  const discard = useAct(
    () => request(`${path}/discard`, { method: "POST" }),
    () => t("quarantine.discarded"),
  );
  if (release.answer !== null) return <Pushed accepted={release.answer} />;
  if (!may("quarantine:change")) return <Problems problems={held.problems} />;
  if (held.state !== "held") return <Alert color="gray">{t(`quarantine.${held.state}`)}</Alert>;
  return (
    <>
      <Problems problems={held.problems} />
      <JsonField
        label={t("quarantine.document")}
        value={text}
        onChange={setText}
        validationError={t("json.invalid")}
        maxRows={16}
      />
      {release.problem !== null && <Refused problem={release.problem} />}
      {release.problem?.code === "QUARANTINE_SUPERSEDED" && (
        <Checkbox
          label={t("quarantine.force")}
          checked={force}
          onChange={({ currentTarget }) => setForce(currentTarget.checked)}
        />
      )}
      <Group gap="xs">
        <Button
          size="xs"
          onClick={() => release.begin(undefined)}
          loading={release.busy}
          disabled={document === undefined || discard.busy}
        >
          {t("quarantine.release")}
        </Button>
        <Button size="xs" variant="default" onClick={() => discard.begin(undefined)} loading={discard.busy}>
          {t("quarantine.discard")}
        </Button>
      </Group>
    </>
  );
}
