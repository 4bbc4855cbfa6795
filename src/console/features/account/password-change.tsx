import { Button, PasswordInput, Stack, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

/** Changes one's own password. */
export function PasswordChange() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useAct(
    async () => {
      await request("/api/v1/account/password", { method: "POST", body: { current, next } });
      setCurrent("");
      setNext("");
    },
    () => t("account.changed"),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.begin(undefined);
  };
  return (
    <form onSubmit={submit} aria-label={t("account.password")}>
      <Stack gap="sm" maw={420}>
        <Title order={2}>{t("account.password")}</Title>
        <PasswordInput
          label={t("account.current")}
          value={current}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
          autoComplete="current-password"
          required
        />
        <PasswordInput
          label={t("account.next")}
          description={t("setup.passwordAbout")}
          value={next}
          onChange={({ currentTarget }) => setNext(currentTarget.value)}
          autoComplete="new-password"
          required
        />
        <Button type="submit" loading={change.busy} style={{ alignSelf: "flex-start" }}>
          {t("account.change")}
        </Button>
      </Stack>
    </form>
  );
}
