import { Button, Code, Group, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { TranslatorView } from "../../../api/contract/definitions.js";
import type { RecordView } from "../../../api/contract/record.js";
import type { Json as JsonValue } from "../../../core/json.js";
import { Allowed } from "../../parts/allowed.js";
import { Json } from "../../parts/json.js";
import { JsonField, readJson, writeJson } from "../../parts/json-input.js";
import { Link } from "../../parts/link.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Problems, Refused } from "../../parts/pushed.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";
import { useFilters } from "../../remote/use-filters.js";

function NewButton() {
  const { t } = useTranslation();
  return (
    <Allowed to="translators:change">
      <Button component={Route} href="/translators/new">
        {t("newTranslator.button")}
      </Button>
    </Allowed>
  );
}

/** Every translator, and what it makes of a document. */
export function TranslatorsPage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["name"]);
  const remote = useRemoteList<TranslatorView>("/api/v1/translators", { limit: 200 });
  return (
    <Page title={t("translators.title")} about={t("translators.about")} tools={<NewButton />}>
      <Shown remote={remote}>
        {({ items }) => {
          const chosen = items.find(({ name }) => name === filters.name) ?? items[0];
          if (chosen === undefined)
            return <Nothing title={t("translators.none")}>{t("translators.noneAbout")}</Nothing>;
          return (
            <Stack gap="md">
              <Select
                label={t("translators.which")}
                data={items.map(({ name, title }) => ({ value: name, label: `${title} (${name})` }))}
                value={chosen.name}
                onChange={(name) => change({ name })}
                allowDeselect={false}
                searchable
                maw={520}
              />
              <Allowed to="translators:try">
                <Link to={`/translators/${chosen.name}`}>{t("workbench.open")}</Link>
              </Allowed>
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
                <Source translator={chosen} />
                <Allowed to="translators:try">
                  <Bench key={chosen.name} translator={chosen} />
                </Allowed>
              </SimpleGrid>
            </Stack>
          );
        }}
      </Shown>
    </Page>
  );
}

interface Tried {
  readonly output: JsonValue;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

function Source({ translator: { name, source } }: { translator: TranslatorView }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("translators.source")}>
      <Title order={2} mb="xs">
        {t("translators.source")}
      </Title>
      <Code block className="breakable" tabIndex={0} role="region" aria-label={name} style={{ whiteSpace: "pre-wrap" }}>
        {source}
      </Code>
    </section>
  );
}

function Bench({ translator: { name, from, to } }: { translator: TranslatorView }) {
  const { t } = useTranslation();
  const [text, setText] = useState("{}");
  const input = readJson(text);
  const attempt = useAnswer(() =>
    request<Tried>(`/api/v1/translators/${name}/try`, { method: "POST", body: { input } }),
  );
  return (
    <Stack gap="sm">
      <JsonField
        label={t("translators.input", { from: from ?? t("translators.anything") })}
        value={text}
        onChange={setText}
        validationError={t("json.invalid")}
        maxRows={16}
      />
      <Group gap="xs">
        <Button onClick={() => attempt.begin(undefined)} loading={attempt.busy} disabled={input === undefined}>
          {t("translators.try")}
        </Button>
        {from !== null && <NewestRecord dataType={from} take={(record) => setText(writeJson(record.document))} />}
      </Group>
      {attempt.problem !== null && <Refused problem={attempt.problem} />}
      {attempt.answer !== null && (
        <section aria-label={t("translators.output")}>
          <Title order={2} mb="xs">
            {t("translators.output")}
          </Title>
          <Json value={attempt.answer.output} label={to ?? t("translators.anything")} />
          <Problems problems={attempt.answer.problems} />
          {attempt.answer.problems.length === 0 && to !== null && (
            <Text size="sm" c="dimmed" mt="xs">
              {t("translators.fits", { to })}
            </Text>
          )}
        </section>
      )}
    </Stack>
  );
}

function NewestRecord({ dataType, take }: { dataType: string; take: (record: RecordView) => void }) {
  const { t } = useTranslation();
  const remote = useRemoteList<RecordView>(`/api/v1/records/${dataType}`, { limit: 1 });
  const newest = remote.state === "ready" ? remote.value.items[0] : undefined;
  if (newest === undefined) return null;
  return (
    <Button variant="default" onClick={() => take(newest)}>
      {t("translators.take", { key: newest.key })}
    </Button>
  );
}
