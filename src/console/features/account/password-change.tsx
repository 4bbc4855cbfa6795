import { Button, Stack, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { PasswordField } from "../../parts/password-field.js";
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
        <PasswordField kind="current-password" label={t("account.current")} value={current} write={setCurrent} />
        <PasswordField
          kind="new-password"
          label={t("account.next")}
          description={t("setup.passwordAbout")}
          value={next}
          write={setNext}
        />
        <Button type="submit" loading={change.busy} style={{ alignSelf: "flex-start" }}>
          {t("account.change")}
        </Button>
      </Stack>
    </form>
  );
}
