import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "../../parts/link.js";
import { Page } from "../../parts/page.js";
import { useAccount, useMay } from "../../remote/account.js";
import { PasswordChange } from "./password-change.js";
import { SecondFactor } from "./second-factor.js";
import { Sessions } from "./sessions.js";

/** One's own account. */
export function AccountPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { kind, name, role, hasPassword } = useAccount();
  const about = {
    user: "account.about",
    key: "account.aboutKey",
    machine: "account.aboutMachine",
    nobody: "account.about",
  };
  return (
    <Page title={t("account.title")} about={t(about[kind], { name, role })}>
      {kind === "machine" && may("users:manage") && <Link to="/access">{t("account.addUsers")}</Link>}
      {kind === "user" && (
        <Stack gap="xl" maw={760}>
          {hasPassword && <PasswordChange />}
          {hasPassword && <SecondFactor />}
          <Sessions />
        </Stack>
      )}
    </Page>
  );
}
