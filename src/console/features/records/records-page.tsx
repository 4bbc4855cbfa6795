import { Button, Flex, Group, Select, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link as Route } from "wouter";
import type { DataTypeView } from "../../../api/contract/definitions.js";
import type { RecordView } from "../../../api/contract/record.js";
import { Allowed } from "../../parts/allowed.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";

/** Records of one data type, searched by its indexed fields. */
export function RecordsPage() {
  const { t } = useTranslation();
  const remote = useRemoteList<DataTypeView>("/api/v1/data-types", { limit: 200 });
  return (
    <Page title={t("records.title")} about={t("records.about")}>
      <Shown remote={remote}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t("records.noTypes")}>{t("records.noTypesAbout")}</Nothing>
          ) : (
            <OfType dataTypes={items} />
          )
        }
      </Shown>
    </Page>
  );
}

function OfType({ dataTypes }: { dataTypes: readonly DataTypeView[] }) {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["type", "field", "value"]);
  const preferred = dataTypes.find(({ name }) => name === "ecommerce/Order") ?? dataTypes[0];
  const chosen = dataTypes.find(({ name }) => name === filters.type) ?? preferred;
  if (chosen === undefined) return null;
  return (
    <>
      <Group gap="xs" align="flex-end">
        <Select
          label={t("records.type")}
          data={dataTypes.map(({ name }) => name)}
          value={chosen.name}
          onChange={(type) => change({ type, field: null, value: null })}
          allowDeselect={false}
          searchable
          w={240}
        />
        {chosen.indexed.length > 0 && (
          <Search key={chosen.name} indexed={chosen.indexed} filters={filters} change={change} />
        )}
        <Allowed to="records:push">
          <Button component={Route} href={`/records/push?type=${encodeURIComponent(chosen.name)}`} ml="auto">
            {t("records.push")}
          </Button>
        </Allowed>
      </Group>
      <RecordList dataType={chosen.name} filters={filters} />
    </>
  );
}

type Filters = Readonly<Partial<Record<"type" | "field" | "value", string>>>;

interface SearchProps {
  readonly indexed: readonly string[];
  readonly filters: Filters;
  readonly change: (changes: { field: string | null; value: string | null }) => void;
}

function Search({ indexed, filters, change }: SearchProps) {
  const { t } = useTranslation();
  const [field, setField] = useState(filters.field ?? indexed[0] ?? "");
  const [value, setValue] = useState(filters.value ?? "");
  const search = (event: FormEvent): void => {
    event.preventDefault();
    change(value.trim() === "" ? { field: null, value: null } : { field, value: value.trim() });
  };
  return (
    <form onSubmit={search}>
      <Group gap="xs" align="flex-end">
        <Select
          label={t("records.field")}
          data={[...indexed]}
          value={field}
          onChange={(chosen) => setField(chosen ?? field)}
          allowDeselect={false}
          w={220}
        />
        <TextInput
          label={t("records.value")}
          value={value}
          onChange={({ currentTarget }) => setValue(currentTarget.value)}
          w={180}
        />
        <Button type="submit" variant="default">
          {t("records.search")}
        </Button>
      </Group>
    </form>
  );
}

function RecordList({ dataType, filters: { field, value } }: { dataType: string; filters: Filters }) {
  const { t } = useTranslation();
  const where = field !== undefined && value !== undefined ? { [`where.${field}`]: value } : {};
  const remote = useRemoteList<RecordView>(`/api/v1/records/${dataType}`, where);
  return (
    <Shown remote={remote}>
      {(list) =>
        list.items.length === 0 ? (
          <Nothing title={t("records.none")}>{t("records.noneAbout")}</Nothing>
        ) : (
          <LongList list={list} label={dataType} idOf={({ key }) => key} rowHeight={60}>
            {(record) => <RecordRow record={record} />}
          </LongList>
        )
      }
    </Shown>
  );
}

function RecordRow({ record: { dataType, key, version, document, updatedAt } }: { record: RecordView }) {
  const { t } = useTranslation();
  const facts = Object.entries(document).filter(([name, value]) => name !== "id" && isShort(value));
  return (
    <Route href={`/records/${dataType}/${encodeURIComponent(key)}`} className="row plain">
      <Flex justify="space-between" gap="md" px="md" pt={10} align="baseline">
        <Text size="sm" fw={500} className="breakable">
          {key}
          <Text span c="dimmed">{` · ${t("records.version", { version })}`}</Text>
        </Text>
        <When at={updatedAt} size="xs" />
      </Flex>
      <Text size="xs" c="dimmed" px="md" pb={10} pt={4} truncate>
        {facts
          .slice(0, 6)
          .map(([name, value]) => `${name}: ${value}`)
          .join(" · ")}
      </Text>
    </Route>
  );
}

function isShort(value: unknown): boolean {
  return (typeof value === "string" && value.length < 60) || typeof value === "number";
}
