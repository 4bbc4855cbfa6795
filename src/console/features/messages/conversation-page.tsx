import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConversationMessageView, ConversationView } from "../../../api/contract/conversation.js";
import { Allowed } from "../../parts/allowed.js";
import { Word } from "../../parts/badges.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { When } from "../../parts/when.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

/** What a contact and we have written to each other. */
export function ConversationPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const path = `/api/v1/conversations/${id}`;
  const remote = useRemote<ConversationView>(path);
  const messages = useRemoteList<ConversationMessageView>(`${path}/messages`, { limit: 100 });
  const conversation = remote.state === "ready" ? remote.value : null;
  return (
    <Page
      title={conversation?.contact ?? t("conversations.one")}
      about={conversation && <Head conversation={conversation} />}
      tools={
        conversation && (
          <Allowed to="conversations:change">
            <Move conversation={conversation} />
          </Allowed>
        )
      }
    >
      <Shown remote={messages}>
        {({ items, more, loadingMore }) => (
          <Paper p="md" maw={760}>
            <Stack gap="sm">
              {more !== null && (
                <Button variant="default" size="xs" onClick={more} loading={loadingMore}>
                  {t("conversations.earlier")}
                </Button>
              )}
              {[...items].reverse().map((message) => (
                <Bubble key={(message.received ?? message.sent)?.id} message={message} />
              ))}
            </Stack>
          </Paper>
        )}
      </Shown>
    </Page>
  );
}

function Head({ conversation: { channel, state, contact } }: { conversation: ConversationView }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      {channel}
      <Word of={state} />
      <Allowed to="timeline:read">
        <Link size="sm" to={`/timeline?phone=${encodeURIComponent(contact)}`}>
          {t("runs.timeline")}
        </Link>
      </Allowed>
    </Group>
  );
}

function Move({ conversation: { id, state } }: { conversation: ConversationView }) {
  const { t } = useTranslation();
  const verb = state === "open" ? "close" : "reopen";
  const act = useAct(() => request<ConversationView>(`/api/v1/conversations/${id}/${verb}`, { method: "POST" }));
  return (
    <Button variant="default" onClick={() => act.begin(undefined)} loading={act.busy}>
      {t(`conversations.${verb}`)}
    </Button>
  );
}

function Bubble({ message: { received, sent } }: { message: ConversationMessageView }) {
  if (received !== null) {
    return (
      <div className="said" data-direction="in">
        <Text size="sm" className="bubble breakable">
          {received.body}
        </Text>
        <Group gap="xs">
          {received.optOut !== null && <Word of={received.optOut} />}
          <When at={received.receivedAt} size="xs" />
        </Group>
      </div>
    );
  }
  if (sent === null) return null;
  return (
    <div className="said ours">
      <Text size="sm" className="bubble breakable">
        {sent.body}
      </Text>
      <Group gap="xs">
        <Word of={sent.status} />
        <Link size="xs" c="inherit" underline="always" to={`/runs/${sent.runId}`}>
          {sent.flow}
        </Link>
        <When at={sent.createdAt} size="xs" />
      </Group>
    </div>
  );
}
