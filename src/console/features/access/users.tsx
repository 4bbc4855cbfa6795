import { Badge, Button, Checkbox, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { UserView } from "../../../api/contract/access.js";
import type { Role } from "../../../core/caller.js";
import { Shown } from "../../parts/notice.js";
import { PasswordField } from "../../parts/password-field.js";
import { When } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { RoleChoice } from "./role-choice.js";

const path = "/api/v1/users";

/** People who sign in. */
export function Users() {
  const { t } = useTranslation();
  const remote = useRemoteList<UserView>(path, { limit: 200 });
  return (
    <section aria-label={t("access.users")}>
      <Stack gap="sm">
        <Title order={2}>{t("access.users")}</Title>
        <Shown remote={remote}>
          {({ items }) => (
            <Stack gap="sm">
              {items.length === 0 && <Text c="dimmed">{t("access.noUsers")}</Text>}
              {items.map((user) => (
                <UserRow key={user.name} user={user} />
              ))}
            </Stack>
          )}
        </Shown>
        <AddUser />
      </Stack>
    </section>
  );
}

function UserRow({ user }: { user: UserView }) {
  const { t } = useTranslation();
  const { name, role, disabled, secondFactor, seenAt } = user;
  const [resetting, setResetting] = useState(false);
  const change = useAct(({ verb, body }: { verb: string; body?: object }) =>
    request(`${path}/${encodeURIComponent(name)}/${verb}`, { method: "POST", body }),
  );
  return (
    <Paper p="md" component="article" aria-label={name}>
      <Stack gap="sm">
        <Group gap="sm">
          <Text fw={600}>{name}</Text>
          {disabled && <Badge color="red">{t("access.disabled")}</Badge>}
          {secondFactor && <Badge variant="default">{t("access.factor")}</Badge>}
          <Text size="sm" c="dimmed" component="span">
            {t("access.seen")}: {seenAt === null ? t("access.never") : <When at={seenAt} />}
          </Text>
        </Group>
        <Group gap="sm">
          <RoleChoice
            label={t("access.roleOf", { name })}
            value={role}
            hideLabel
            disabled={change.busy}
            onChange={(chosen) => change.begin({ verb: "role", body: { role: chosen } })}
          />
          <Button variant="default" onClick={() => setResetting(!resetting)} aria-expanded={resetting}>
            {t("access.newPassword")}
          </Button>
          <Button
            variant="default"
            loading={change.busy}
            onClick={() => change.begin({ verb: disabled ? "enable" : "disable" })}
          >
            {t(disabled ? "access.enable" : "access.disable")}
          </Button>
        </Group>
        {resetting && <ResetPassword user={user} done={() => setResetting(false)} />}
      </Stack>
    </Paper>
  );
}

function ResetPassword({ user: { name, secondFactor }, done }: { user: UserView; done: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [removeSecondFactor, setRemove] = useState(false);
  const reset = useAct(
    () =>
      request(`${path}/${encodeURIComponent(name)}/reset-password`, {
        method: "POST",
        body: { password, removeSecondFactor },
      }).then(done),
    () => t("access.resetDone", { name }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    reset.begin(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <PasswordField
          kind="new-password"
          label={t("access.resetFor", { name })}
          value={password}
          write={setPassword}
          miw={260}
        />
        {secondFactor && (
          <Checkbox
            label={t("access.removeFactor")}
            checked={removeSecondFactor}
            onChange={({ currentTarget }) => setRemove(currentTarget.checked)}
          />
        )}
        <Button type="submit" loading={reset.busy}>
          {t("access.reset")}
        </Button>
      </Group>
    </form>
  );
}

function AddUser() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const add = useAct(
    async () => {
      const user = await request<UserView>(path, { method: "POST", body: { name, role, password } });
      setName("");
      setPassword("");
      return user;
    },
    (user) => t("access.added", { name: user.name }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.begin(undefined);
  };
  return (
    <form onSubmit={submit} aria-label={t("access.addUser")}>
      <Group align="flex-end">
        <TextInput
          label={t("access.name")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          autoComplete="off"
          required
        />
        <RoleChoice label={t("access.role")} value={role} onChange={setRole} />
        <PasswordField
          kind="new-password"
          label={t("access.password")}
          value={password}
          write={setPassword}
          miw={220}
        />
        <Button type="submit" loading={add.busy}>
          {t("access.addUser")}
        </Button>
      </Group>
    </form>
  );
}
