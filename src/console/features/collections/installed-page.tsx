import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Redirect, Link as Route } from "wouter";
import type { CollectionDetailsView } from "../../../api/contract/collection.js";
import type { ConnectionView } from "../../../api/contract/connection.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Part } from "../../parts/part.js";
import { TestText } from "../../parts/test-text.js";
import { useMay } from "../../remote/account.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";

/** The last step of an installation, where there is something to see: a text that arrives. */
export function InstalledPage({ name }: { name: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const collection = useRemote<CollectionDetailsView>(`/api/v1/collections/${encodeURIComponent(name)}`);
  const connections = useRemoteList<ConnectionView>("/api/v1/connections");
  const title = collection.state === "ready" ? collection.value.title : name;
  return (
    <Shown remote={connections}>
      {({ items }) => {
        const texting = items.filter((each) => each.sendsTexts && each.name.startsWith(`${name}/`));
        if (texting.length === 0 || !may("messages:test")) return <Redirect to={`/collections/${name}`} replace />;
        return (
          <Page
            title={t("change.ready", { title })}
            about={t("change.readyAbout")}
            tools={
              <Button variant="default" component={Route} href={`/collections/${name}`}>
                {t("change.toCollection")}
              </Button>
            }
          >
            <Stack gap="lg">
              {texting.map((each) => (
                <Part key={each.name} title={titleOf(each, texting, t("testText.title"))} about={t("testText.about")}>
                  <TestText connection={each.name} />
                </Part>
              ))}
            </Stack>
          </Page>
        );
      }}
    </Shown>
  );
}

function titleOf({ name }: ConnectionView, all: readonly ConnectionView[], title: string): string {
  return all.length === 1 ? title : `${title}: ${name}`;
}
