import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { CollectionView } from "../../../api/contract/collection.js";
import { Allowed } from "../../parts/allowed.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { useMay } from "../../remote/account.js";
import { useRemoteList } from "../../remote/remote.js";

/** What is installed, and what can be. */
export function CollectionsPage() {
  const { t } = useTranslation();
  const remote = useRemoteList<CollectionView>("/api/v1/collections", { limit: 200 });
  return (
    <Page title={t("collections.title")} about={t("collections.about")}>
      <Shown remote={remote}>
        {({ items }) => (
          <Stack gap="xl">
            <Shelf title={t("collections.installed")} items={items.filter(({ installed }) => installed !== null)} />
            <Shelf title={t("collections.ready")} items={items.filter(({ installed }) => installed === null)} />
            <Allowed to="collections:change">
              <FromElsewhere />
            </Allowed>
          </Stack>
        )}
      </Shown>
    </Page>
  );
}

function Shelf({ title, items }: { title: string; items: readonly CollectionView[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
        {items.map((item) => (
          <CollectionCard key={item.name} item={item} />
        ))}
      </SimpleGrid>
    </section>
  );
}

function CollectionCard({ item }: { item: CollectionView }) {
  const may = useMay();
  const { t } = useTranslation();
  const { name, title, summary, installed, shippedVersion, leftOut, flows } = item;
  const isNewer = installed !== null && shippedVersion !== null && shippedVersion !== installed.version;
  return (
    <Paper p="md" component="article" aria-label={title}>
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap">
          <Link fw={600} to={`/collections/${name}`}>
            {title}
          </Link>
          <Group gap={6} wrap="nowrap">
            {leftOut !== null && <Badge color="red">{t("collections.leftOut")}</Badge>}
            {isNewer && <Badge color="blue">{t("collections.newer", { version: shippedVersion })}</Badge>}
            <Badge variant="default">{installed?.version ?? shippedVersion}</Badge>
          </Group>
        </Group>
        <Text size="sm" c="dimmed" flex={1}>
          {summary}
        </Text>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {t("collections.flowCount", { count: flows.length })}
          </Text>
          {installed === null && may("collections:change") && (
            <Link
              size="sm"
              fw={600}
              to={`/collections/${name}/install`}
              aria-label={t("collections.installIt", { title })}
            >
              {t("collections.install")}
            </Link>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

function FromElsewhere() {
  const { t } = useTranslation();
  const [source, setSource] = useState("");
  const [, navigate] = useLocation();
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (source.trim() !== "") navigate(`/collections/from?source=${encodeURIComponent(source.trim())}`);
  };
  return (
    <form onSubmit={go}>
      <Group align="flex-end" gap="xs">
        <TextInput
          flex={1}
          maw={560}
          label={t("collections.elsewhere")}
          description={t("collections.elsewhereAbout")}
          placeholder="git+https://…#v1.0.0"
          value={source}
          onChange={({ currentTarget }) => setSource(currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t("collections.look")}
        </Button>
      </Group>
    </form>
  );
}
