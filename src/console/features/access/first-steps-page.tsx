import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { NewApiKeyView } from "../../../api/contract/access.js";
import { Link } from "../../parts/link.js";
import { Page } from "../../parts/page.js";
import { Refused } from "../../parts/pushed.js";
import { Secret } from "../../parts/secret.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";

/** What a new owner does first: a store's first order. */
export function FirstStepsPage() {
  const { t } = useTranslation();
  const body = { name: "store", role: "push" };
  const key = useAnswer(() => request<NewApiKeyView>("/api/v1/keys", { method: "POST", body }));
  return (
    <Page title={t("first.title")} about={t("first.about")}>
      <List type="ordered" spacing="lg" maw={760}>
        <List.Item>
          <Text>{t("first.install")}</Text>
          <Link to="/collections">{t("first.installLink")}</Link>
        </List.Item>
        <List.Item>
          <Stack gap="xs" align="flex-start">
            <Text>{t("first.key")}</Text>
            {key.answer === null ? (
              <Button onClick={() => key.begin(undefined)} loading={key.busy}>
                {t("first.make")}
              </Button>
            ) : (
              <>
                <Text size="sm">{t("first.keyOnce")}</Text>
                <Secret text={curlOf(key.answer.text)} label={t("first.title")} />
              </>
            )}
            {key.problem !== null && <Refused problem={key.problem} />}
          </Stack>
        </List.Item>
        <List.Item>
          <Group>
            <Text>{t("first.byHand")}</Text>
            <Link to="/records/push">{t("first.push")}</Link>
          </Group>
        </List.Item>
      </List>
    </Page>
  );
}

function curlOf(key: string): string {
  const order = { id: "R1001", status: "complete", channel: "web", email: "ann@example.com", currency: "USD" };
  return [
    `curl ${window.location.origin}/api/v1/records/ecommerce/Order \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(order)}'`,
  ].join("\n");
}
