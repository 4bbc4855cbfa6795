import { Alert, Button, Group, List, Paper, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StartedFlowView } from "../../api/contract/replay.js";
import type { TestTextOrder, TestTextPreviewView } from "../../api/contract/test-text.js";
import { newName } from "../remote/new-name.js";
import { request } from "../remote/request.js";
import { useAnswer } from "../remote/use-answer.js";
import { Facts } from "./facts.js";
import { Refused } from "./pushed.js";
import { TextFollowed } from "./text-followed.js";

/** One text by a connection: who gets it, exactly what is sent, and, once somebody has said yes, what becomes of it. */
export function TestText({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const path = `/api/v1/connections/${connection}/test-text`;
  const [order, setOrder] = useState<TestTextOrder & { text: string }>({ to: "", text: t("testText.ordinary") });
  const preview = useAnswer((wanted: TestTextOrder) =>
    request<TestTextPreviewView>(`${path}/preview`, { method: "POST", body: wanted }),
  );
  const send = useAnswer(({ name, ...body }: TestTextOrder & { name: string }) =>
    request<StartedFlowView>(path, { method: "POST", body, name }),
  );
  const edit = (part: Partial<TestTextOrder>): void => {
    preview.reset();
    send.reset();
    setOrder({ ...order, ...part });
  };
  if (send.answer !== null) return <TextFollowed runId={send.answer.runId} another={() => edit({})} />;
  const problem = send.problem ?? preview.problem;
  const seen = preview.answer;
  const complete = order.to.trim() !== "" && order.text.trim() !== "";
  return (
    <Paper p="md" maw={620}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) preview.begin(order);
        }}
      >
        <Stack gap="sm">
          <TextInput
            type="tel"
            autoComplete="tel"
            label={t("testText.to")}
            description={t("testText.toAbout")}
            value={order.to}
            onChange={({ currentTarget }) => edit({ to: currentTarget.value })}
          />
          <Textarea
            label={t("testText.text")}
            value={order.text}
            maxLength={1600}
            autosize
            onChange={({ currentTarget }) => edit({ text: currentTarget.value })}
          />
          {problem !== null && <Refused problem={problem} />}
          {seen === null ? (
            <Group>
              <Button type="submit" variant="default" loading={preview.busy} disabled={!complete}>
                {t("testText.see")}
              </Button>
            </Group>
          ) : (
            <Preview
              seen={seen}
              busy={send.busy}
              // The name is made of this very preview, so that a second press sends nothing more.
              send={(name) => send.begin({ ...order, name })}
            />
          )}
        </Stack>
      </form>
    </Paper>
  );
}

interface PreviewProps {
  readonly seen: TestTextPreviewView;
  readonly busy: boolean;
  readonly send: (name: string) => void;
}

/** What would be sent, as its recipient reads it, and whatever is in its way. */
function Preview({ seen, busy, send }: PreviewProps) {
  const { t } = useTranslation();
  const [name] = useState(newName);
  const { to, sender, channel, body, segments, instead, obstacles } = seen;
  return (
    <Stack gap="sm" component="section" aria-label={t("testText.preview")}>
      <Facts
        facts={{
          [t("testText.recipient")]: to,
          [t("testText.sender")]: sender ?? t("testText.anySender"),
          [t("testText.charged")]: `${channel} · ${t("runs.part", { count: segments })}`,
        }}
      />
      <Text size="sm" className="breakable bubble">
        {body}
      </Text>
      {instead !== null && (
        <Alert color="yellow" title={t("testText.instead")}>
          {instead}
        </Alert>
      )}
      {obstacles.length > 0 && (
        <Alert color="orange" title={t("testText.obstacles")}>
          <List size="sm">
            {obstacles.map((obstacle) => (
              <List.Item key={obstacle}>{obstacle}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Group>
        <Button onClick={() => send(name)} loading={busy}>
          {t("testText.send")}
        </Button>
      </Group>
    </Stack>
  );
}
