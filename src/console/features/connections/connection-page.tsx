import { Alert, Badge, Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConnectionDetailView, ConnectionView } from "../../../api/contract/connection.js";
import { Allowed } from "../../parts/allowed.js";
import { Facts } from "../../parts/facts.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Part } from "../../parts/part.js";
import { TestText } from "../../parts/test-text.js";
import { When } from "../../parts/when.js";
import { useRemote } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { Health } from "./health.js";
import { Webhooks } from "./webhooks.js";

const tones = { problem: "red", warning: "orange", note: "gray" } as const;

/** One account at a vendor: how it is, what it sends from, whether its vendor knows our addresses. */
export function ConnectionPage({ name }: { name: string }) {
  const { t } = useTranslation();
  const path = `/api/v1/connections/${name}`;
  const remote = useRemote<ConnectionDetailView>(path);
  const check = useAct(
    () => request<ConnectionDetailView>(`${path}/check`, { method: "POST" }),
    () => t("connections.checked"),
  );
  const tools = (
    <Allowed to="connections:check">
      <Button variant="default" onClick={() => check.begin(undefined)} loading={check.busy}>
        {t("connections.check")}
      </Button>
    </Allowed>
  );
  return (
    <Page title={name} about={remote.state === "ready" ? remote.value.title : undefined} tools={tools}>
      <Shown remote={remote}>{(connection) => <Whole connection={connection} path={path} />}</Shown>
    </Page>
  );
}

function Whole({ connection, path }: { connection: ConnectionDetailView; path: string }) {
  const { t } = useTranslation();
  const { account, checkedAt, concerns, webhooks } = connection;
  const balance = account?.balance;
  return (
    <Stack gap="lg">
      <Paper p="md">
        <Facts
          facts={{
            [t("connections.found")]: <Health health={connection.health} />,
            [t("connections.lastLook")]: checkedAt && <When at={checkedAt} />,
            [t("connections.account")]: account && `${account.name ?? ""} ${account.id}`,
            [t("connections.status")]: account?.status,
            [t("connections.balance")]: balance && `${balance.amount} ${balance.currency}`,
          }}
        />
      </Paper>
      <Allowed to="connections:switch">
        <OnOff connection={connection} path={path} />
      </Allowed>
      {connection.sendsTexts && (
        <Allowed to="messages:test">
          <Part title={t("testText.title")} about={t("testText.about")}>
            <TestText connection={connection.name} />
          </Part>
        </Allowed>
      )}
      {concerns.length > 0 && (
        <Part title={t("connections.concerns")}>
          {concerns.map(({ code, level, about, message, remedy }) => (
            <Alert key={`${code} ${about}`} color={tones[level]} title={message} className="breakable">
              {remedy}
            </Alert>
          ))}
        </Part>
      )}
      {connection.senders.length > 0 && <Senders senders={connection.senders} />}
      {webhooks.length > 0 && (
        <Allowed to="webhooks:read">
          <Webhooks path={path} />
        </Allowed>
      )}
    </Stack>
  );
}

function Senders({ senders }: Pick<ConnectionDetailView, "senders">) {
  const { t } = useTranslation();
  return (
    <Part title={t("connections.senders")}>
      {senders.map(({ id, kind, address, name, capabilities, used }) => (
        <Group key={id} gap="sm">
          <Text size="sm" fw={600}>
            {address}
          </Text>
          <Badge variant="default">{t(`connections.kinds.${kind}`)}</Badge>
          {used && <Badge color="green">{t("connections.used")}</Badge>}
          <Text size="xs" c="dimmed">
            {[name === address ? null : name, capabilities.join(", ")].filter((part) => part).join(" · ")}
          </Text>
        </Group>
      ))}
    </Part>
  );
}

function OnOff({ connection, path }: { connection: ConnectionView; path: string }) {
  const { t } = useTranslation();
  const { active, deactivated, name } = connection;
  const [reason, setReason] = useState("");
  const act = useAct(
    () => {
      const said = reason.trim() === "" ? {} : { reason: reason.trim() };
      return request<ConnectionView>(`${path}/${active ? "deactivate" : "activate"}`, { method: "POST", body: said });
    },
    (switched) => {
      setReason("");
      return t(switched.active ? "connections.isOn" : "connections.isOff", { name });
    },
  );
  return (
    <Part title={t(active ? "connections.on" : "connections.off")}>
      <Text size="sm" c="dimmed">
        {t(active ? "connections.onAbout" : "connections.offAbout")}
      </Text>
      {deactivated !== null && (
        <Group gap="sm">
          <When at={deactivated.at} />
          <Text size="sm">{[deactivated.by, deactivated.reason].filter((part) => part !== null).join(": ")}</Text>
        </Group>
      )}
      <Group gap="xs" align="flex-end">
        <TextInput
          label={t("connections.reason")}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          w={320}
          maw="100%"
        />
        <Button onClick={() => act.begin(undefined)} loading={act.busy} variant={active ? "default" : "filled"}>
          {t(active ? "connections.switchOff" : "connections.switchOn")}
        </Button>
      </Group>
    </Part>
  );
}
