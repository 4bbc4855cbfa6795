import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../../parts/page.js";
import { Keys } from "./keys.js";
import { Users } from "./users.js";

/** Who may come in: people and programs. */
export function AccessPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("access.title")} about={t("access.about")}>
      <Stack gap="xl">
        <Users />
        <Keys />
      </Stack>
    </Page>
  );
}
