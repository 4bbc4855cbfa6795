import { Anchor, Badge, Flex, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditEntryView } from "../../../api/contract/audit.js";
import { LongList } from "../../parts/long-list.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";
import { useNames } from "./use-names.js";
import { Verification } from "./verification.js";

const colors = { asked: "gray", refused: "red", done: "green" } as const;

/** Who did what to which thing, and whether the log of it is whole. */
export function AuditPage() {
  const { t } = useTranslation();
  const [filters, change] = useFilters(["actor", "action"]);
  const remote = useRemoteList<AuditEntryView>("/api/v1/audit", filters);
  const names = useNames();
  return (
    <Page
      title={t("audit.title")}
      about={t("audit.about")}
      tools={
        <Group gap="xs">
          <FilterField key={`actor ${filters.actor}`} name="actor" value={filters.actor} change={change} />
          <FilterField key={`action ${filters.action}`} name="action" value={filters.action} change={change} />
        </Group>
      }
    >
      <Stack gap="md">
        <Verification />
        <Shown remote={remote}>
          {(list) =>
            list.items.length === 0 ? (
              <Nothing title={t("audit.none")}>{t("audit.noneAbout")}</Nothing>
            ) : (
              <LongList list={list} label={t("audit.title")} idOf={({ id }) => id} rowHeight={76}>
                {(entry) => <Entry entry={entry} name={names.get(entry.actor.id)} />}
              </LongList>
            )
          }
        </Shown>
      </Stack>
    </Page>
  );
}

interface FilterFieldProps {
  readonly name: "actor" | "action";
  readonly value: string | undefined;
  readonly change: (changes: { readonly actor?: string | null; readonly action?: string | null }) => void;
}

/** One word that the list is filtered by, once Enter is pressed; an empty one is none. */
function FilterField({ name, value = "", change }: FilterFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change({ [name]: text.trim() || null });
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        aria-label={t(`audit.${name}`)}
        placeholder={t(`audit.${name}Example`)}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        w={200}
      />
    </form>
  );
}

function Entry({ entry, name }: { entry: AuditEntryView; name: string | undefined }) {
  const { t } = useTranslation();
  const { id, at, actor, action, target, facts, address, outcome, code } = entry;
  const [, change] = useFilters(["actor", "action"]);
  const what = [...Object.entries(target), ...Object.entries(facts)].map(([noun, value]) => `${noun} ${String(value)}`);
  return (
    <div>
      <Flex justify="space-between" gap="md" px="md" pt={10} align="baseline">
        <Text size="sm" fw={500} className="breakable">
          <Narrow value={action} to={() => change({ action })} />
          {what.length > 0 && (
            <Text span c="dimmed">
              {` · ${what.join(" · ")}`}
            </Text>
          )}
        </Text>
        <When at={at} size="xs" />
      </Flex>
      <Group gap="xs" px="md" pb={10} pt={4}>
        <Badge color={colors[outcome]}>{t(`audit.outcome.${outcome}`)}</Badge>
        <Tooltip label={actor.id}>
          <Text size="sm">
            <Narrow value={name ?? actor.id} to={() => change({ actor: actor.id })} />
            {actor.role !== null && ` · ${actor.role}`}
          </Text>
        </Tooltip>
        <Text size="xs" c="dimmed" className="breakable">
          {[code, address, id].filter((word) => word !== null).join(" · ")}
        </Text>
      </Group>
    </div>
  );
}

/** A word of an entry that the list can be narrowed to. */
function Narrow({ value, to }: { value: string; to: () => void }) {
  const { t } = useTranslation();
  return (
    <Anchor component="button" type="button" inherit c="inherit" onClick={to} aria-label={t("audit.only", { value })}>
      {value}
    </Anchor>
  );
}
