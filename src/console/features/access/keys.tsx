import {
  Alert,
  Badge,
  Button,
  Group,
  NumberInput,
  Paper,
  Stack,
  TagsInput,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKeyView, NewApiKeyView } from "../../../api/contract/access.js";
import type { Role } from "../../../core/caller.js";
import { Shown } from "../../parts/notice.js";
import { Refused } from "../../parts/pushed.js";
import { Secret } from "../../parts/secret.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { useAnswer } from "../../remote/use-answer.js";
import { RoleChoice } from "./role-choice.js";

const path = "/api/v1/keys";
const DAY_MS = 86_400_000;
const colors = { live: "green", expired: "orange", revoked: "gray" } as const;

/** What programs call with. */
export function Keys() {
  const { t } = useTranslation();
  const remote = useRemoteList<ApiKeyView>(path, { limit: 200 });
  return (
    <section aria-label={t("access.keys")}>
      <Stack gap="sm">
        <Title order={2}>{t("access.keys")}</Title>
        <Shown remote={remote}>
          {({ items }) => (
            <Stack gap="sm">
              {items.length === 0 && <Text c="dimmed">{t("access.noKeys")}</Text>}
              {items.map((key) => (
                <KeyRow key={key.id} apiKey={key} />
              ))}
            </Stack>
          )}
        </Shown>
        <MakeKey />
      </Stack>
    </section>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKeyView }) {
  const { t } = useTranslation();
  const { id, name, prefix, role, dataTypes, state, usedAt, expiresAt } = apiKey;
  const revoke = useAct(
    () => request(`${path}/${id}/revoke`, { method: "POST" }),
    () => t("access.revoked", { name }),
  );
  return (
    <Paper p="md" component="article" aria-label={name}>
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Text fw={600}>{name}</Text>
          <Text ff="monospace" size="sm">
            {prefix}_…
          </Text>
          <Badge variant="default">{role}</Badge>
          {dataTypes?.map((type) => (
            <Badge key={type} variant="default" tt="none">
              {type}
            </Badge>
          ))}
          <Badge color={colors[state]} variant="light">
            {t(`access.states.${state}`)}
          </Badge>
          <Text size="sm" c="dimmed" component="span">
            {t("access.used")}: {usedAt === null ? t("access.never") : <When at={usedAt} />}
            {expiresAt !== null && (
              <>
                {" · "}
                {t("access.states.expired")}: <When at={expiresAt} />
              </>
            )}
          </Text>
        </Group>
        {state === "live" && (
          <Button variant="default" loading={revoke.busy} onClick={() => revoke.begin(undefined)}>
            {t("access.revoke")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}

function MakeKey() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("push");
  const [dataTypes, setDataTypes] = useState<string[]>([]);
  const [days, setDays] = useState<number | "">("");
  const make = useAnswer(() => {
    const expiresAt = days === "" ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() };
    const limited = role === "push" && dataTypes.length > 0 ? { dataTypes } : {};
    return request<NewApiKeyView>(path, { method: "POST", body: { name, role, ...limited, ...expiresAt } });
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.begin(undefined);
  };
  return (
    <Stack gap="sm">
      {make.answer !== null && (
        <Alert color="bay" title={t("access.keyMade", { name: make.answer.key.name })} role="status">
          <Text size="sm" mb="xs">
            {t("access.keyOnce")}
          </Text>
          <Secret text={make.answer.text} label={t("access.key")} />
        </Alert>
      )}
      {make.problem !== null && <Refused problem={make.problem} />}
      <form onSubmit={submit} aria-label={t("access.makeKey")}>
        <Group align="flex-end">
          <TextInput
            label={t("access.keyName")}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            autoComplete="off"
            required
          />
          <RoleChoice label={t("access.role")} value={role} onChange={setRole} />
          {role === "push" && (
            <TagsInput
              label={t("access.dataTypes")}
              placeholder={t("access.dataTypesAbout")}
              value={dataTypes}
              onChange={setDataTypes}
            />
          )}
          <NumberInput
            label={t("access.expires")}
            value={days}
            onChange={(value) => setDays(typeof value === "number" ? value : "")}
            min={1}
            max={3650}
            allowDecimal={false}
          />
          <Button type="submit" loading={make.busy}>
            {t("access.makeKey")}
          </Button>
        </Group>
      </form>
    </Stack>
  );
}
