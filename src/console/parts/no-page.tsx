import { useTranslation } from "react-i18next";
import { Link } from "./link.js";
import { Page } from "./page.js";

/** What stands at an address that is none. */
export function NoPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("noPage.title")} about={t("noPage.about")}>
      <Link to="/">{t("noPage.home")}</Link>
    </Page>
  );
}
