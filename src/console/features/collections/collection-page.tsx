import { Alert, Badge, Button, Group, List, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { CollectionDetailsView, KeptVersionView } from "../../../api/contract/collection.js";
import { Allowed } from "../../parts/allowed.js";
import { Facts } from "../../parts/facts.js";
import { Json } from "../../parts/json.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Part } from "../../parts/part.js";
import { When } from "../../parts/when.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";

/** One collection: what it has, where it came from, which versions were here. */
export function CollectionPage({ name }: { name: string }) {
  const remote = useRemote<CollectionDetailsView>(`/api/v1/collections/${encodeURIComponent(name)}`);
  const known = remote.state === "ready" ? remote.value : null;
  return (
    <Page
      title={known?.title ?? name}
      about={known?.summary}
      tools={
        known && (
          <Allowed to="collections:change">
            <Ways collection={known} />
          </Allowed>
        )
      }
    >
      <Shown remote={remote}>{(collection) => <Whole collection={collection} />}</Shown>
    </Page>
  );
}

function Ways({ collection: { name, installed } }: { collection: CollectionDetailsView }) {
  const { t } = useTranslation();
  const way = (change: string, variant = "default") => (
    <Button key={change} component={Route} href={`/collections/${name}/${change}`} variant={variant}>
      {t(`change.${change}.button`)}
    </Button>
  );
  if (installed === null) return way("install", "filled");
  return <Group gap="xs">{["settings", "upgrade", "uninstall"].map((change) => way(change))}</Group>;
}

function Whole({ collection }: { collection: CollectionDetailsView }) {
  const { t } = useTranslation();
  const { name, installed, origin, licence, leftOut, requires } = collection;
  const required = Object.entries(requires).map(([other, range]) => `${other} ${range}`);
  return (
    <Stack gap="lg">
      {leftOut !== null && (
        <Alert color="red" title={t("collections.leftOut")}>
          {leftOut.reason}
        </Alert>
      )}
      <Paper p="md">
        <Facts
          facts={{
            [t("collections.version")]: installed?.version ?? collection.shippedVersion,
            [t("collections.installedAt")]: installed && <When at={installed.installedAt} />,
            [t("collections.requires")]: required.join(", "),
            [t("collections.source")]: origin?.source,
            [t("collections.licence")]: licence,
          }}
        />
      </Paper>
      <Objects collection={collection} />
      {installed !== null && installed.webhooks.length > 0 && (
        <Part title={t("collections.webhooks")}>
          <Text size="sm" c="dimmed">
            {t("collections.webhooksAbout")}{" "}
            <Link to="/connections" underline="always">
              {t("nav.connections")}
            </Link>
          </Text>
        </Part>
      )}
      {installed !== null && Object.keys(installed.parameters).length > 0 && (
        <Part title={t("collections.parameters")}>
          <Json value={installed.parameters} label={t("collections.parametersNow")} />
        </Part>
      )}
      {installed !== null && <Versions name={name} />}
    </Stack>
  );
}

function Objects({ collection }: { collection: CollectionDetailsView }) {
  const { t } = useTranslation();
  const { dataTypes, translators, connections, flows, installed } = collection;
  const shelves = [
    { noun: "flows", names: flows, to: () => "/flows" },
    { noun: "dataTypes", names: dataTypes, to: (each: string) => `/records?type=${encodeURIComponent(each)}` },
    { noun: "translators", names: translators, to: (each: string) => `/translators?name=${encodeURIComponent(each)}` },
    { noun: "connections", names: connections, to: () => "/connections" },
  ].filter(({ names }) => names.length > 0);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {shelves.map(({ noun, names, to }) => (
        <Paper key={noun} p="md" component="section" aria-label={t(`collections.${noun}`)}>
          <Group gap="xs" mb="xs">
            <Title order={2}>{t(`collections.${noun}`)}</Title>
            <Badge variant="default">{names.length}</Badge>
          </Group>
          <List size="sm" listStyleType="none">
            {names.map((each) => (
              <List.Item key={each}>{installed === null ? each : <Link to={to(each)}>{each}</Link>}</List.Item>
            ))}
          </List>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Versions({ name }: { name: string }) {
  const { t } = useTranslation();
  const remote = useRemoteList<KeptVersionView>(`/api/v1/collections/${name}/versions`);
  return (
    <Part title={t("collections.versions")}>
      <Shown remote={remote}>
        {({ items }) => (
          <Stack gap="xs">
            {items.map(({ version, integrity, current, installedAt }) => (
              <Group key={integrity} gap="sm">
                <Badge variant="default">{version}</Badge>
                <Text size="xs" c="dimmed" ff="monospace">
                  {integrity.slice(7, 19)}
                </Text>
                <When at={installedAt} size="xs" />
                {current ? (
                  <Badge color="green">{t("collections.current")}</Badge>
                ) : (
                  <Link size="sm" to={`/collections/${name}/rollback?version=${encodeURIComponent(integrity)}`}>
                    {t("change.rollback.button")}
                  </Link>
                )}
              </Group>
            ))}
          </Stack>
        )}
      </Shown>
    </Part>
  );
}
