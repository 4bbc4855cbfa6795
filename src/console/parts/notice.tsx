import { Alert, Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAccount } from "../remote/account.js";
import type { Problem } from "../remote/problem.js";
import type { Remote } from "../remote/remote.js";
import { toExact } from "./when.js";

/** What stands where a list would be that has nothing in it: why, and what to do. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center mih={220} p="xl">
      <Stack align="center" gap="xs" maw={440}>
        <Title order={2} ta="center">
          {title}
        </Title>
        <Text c="dimmed" ta="center" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}

/** What stands where there is something that the viewer may not see. */
export function Refusal() {
  const { t } = useTranslation();
  const { role } = useAccount();
  return <Nothing title={t("refused.title")}>{t("refused.about", { role })}</Nothing>;
}

/** What went wrong, and what to do about it. */
export function Failed({ problem, retry }: { problem: Problem; retry: () => void }) {
  const { t } = useTranslation();
  if (problem.code === "NOT_ALLOWED") return <Refusal />;
  return (
    <Alert color="red" title={problem.message} m="md" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{problem.remedy}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {problem.code}
        </Text>
        <Button size="xs" variant="light" color="red" onClick={retry}>
          {t("again")}
        </Button>
      </Stack>
    </Alert>
  );
}

/** Shows a value of the server's: while it comes, when it cannot be had, and when it is there. */
export function Shown<T>({ remote, children }: { remote: Remote<T>; children: (value: T) => ReactNode }) {
  const { t } = useTranslation();
  if (remote.state === "failed") return <Failed problem={remote.problem} retry={remote.retry} />;
  if (remote.state === "ready") return children(remote.value);
  return (
    <Center mih={220} role="status" aria-label={t("loading")}>
      <Stack align="center" gap="xs">
        <Loader type="dots" />
        {remote.lookedBackTo !== undefined && (
          <Text c="dimmed" size="sm">
            {t("lookedBack", { at: toExact(remote.lookedBackTo) })}
          </Text>
        )}
      </Stack>
    </Center>
  );
}
