import { Button, Card, Center, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Shown } from "../../parts/notice.js";
import { forgetKey, keepKey, readKey } from "../../remote/key.js";
import { useRemote } from "../../remote/remote.js";

/** Lets those in whom the server answers; asks the others for the key. */
export function Door({ children }: { children: ReactNode }) {
  const asked = useRemote<unknown>("/api/v1/processes", { limit: 1 });
  if (asked.state === "ready") return children;
  const closed = asked.state === "failed" && asked.problem.status === 401;
  if (closed) return <KeyForm wrong={readKey() !== null} />;
  return <Shown remote={asked}>{() => null}</Shown>;
}

function KeyForm({ wrong }: { wrong: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const enter = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() === "") forgetKey();
    else keepKey(key.trim());
    void queries.resetQueries();
  };
  return (
    <Center mih="100vh" p="md">
      <Card withBorder maw={420} w="100%" p="xl" component="main">
        <form onSubmit={enter}>
          <Stack>
            <Title order={1}>{t("door.title")}</Title>
            <Text c="dimmed" size="sm">
              {t("door.about")}
            </Text>
            <PasswordInput
              label={t("door.key")}
              value={key}
              onChange={({ currentTarget }) => setKey(currentTarget.value)}
              error={wrong && key === "" ? t("door.wrong") : null}
              autoComplete="current-password"
              data-autofocus
            />
            <Button type="submit">{t("door.open")}</Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
