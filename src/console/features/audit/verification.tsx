import { Alert, Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditVerdictView } from "../../../api/contract/audit.js";
import { Refused } from "../../parts/pushed.js";
import { Secret } from "../../parts/secret.js";
import { When } from "../../parts/when.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";

/** Whether every entry is as it was written, and what to keep elsewhere so that this can be said again later. */
export function Verification() {
  const { t } = useTranslation();
  const [head, setHead] = useState("");
  const verify = useAnswer(() =>
    request<AuditVerdictView>("/api/v1/audit/verify", { query: { head: head.trim() || undefined } }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    verify.begin(undefined);
  };
  return (
    <Paper p="md" component="section" aria-label={t("audit.chain")}>
      <Stack gap="sm">
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label={t("audit.earlier")}
              description={t("audit.earlierAbout")}
              value={head}
              onChange={({ currentTarget }) => setHead(currentTarget.value)}
              flex={1}
              miw={220}
            />
            <Button type="submit" loading={verify.busy}>
              {t("audit.verify")}
            </Button>
          </Group>
        </form>
        {verify.problem !== null && <Refused problem={verify.problem} />}
        {verify.answer !== null && <Verdict verdict={verify.answer} />}
      </Stack>
    </Paper>
  );
}

function Verdict({ verdict: { intact, entries, head, anchor, broken } }: { verdict: AuditVerdictView }) {
  const { t } = useTranslation();
  return (
    <Alert
      color={intact ? "bay" : "red"}
      title={intact ? t("audit.intact", { count: entries }) : t("audit.broken", { id: broken?.id })}
      role="status"
    >
      <Stack gap="xs">
        {broken !== null && <Text size="sm">{broken.reason}</Text>}
        {anchor !== null && (
          <Text size="sm" component="div">
            {`${t("audit.trimmed", { id: anchor.id })} `}
            <When at={anchor.at} />
          </Text>
        )}
        {intact && entries > 0 && (
          <>
            <Text size="sm">{t("audit.headAbout")}</Text>
            <Secret text={`${head.id}:${head.hash}`} label={t("audit.head")} />
          </>
        )}
      </Stack>
    </Alert>
  );
}
