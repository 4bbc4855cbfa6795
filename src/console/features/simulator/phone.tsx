import { ActionIcon, Button, Group, Switch, Text, TextInput } from "@mantine/core";
import { PaperPlaneIcon } from "@radix-ui/react-icons";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SimulatedPhoneView, SimulatorView } from "../../../api/contract/simulator.js";
import { Link } from "../../parts/link.js";
import { toClock } from "../../parts/when.js";
import { useMay } from "../../remote/account.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";

/** One customer's phone: what they read, and what they answer. */
export function Phone({ phone }: { phone: SimulatedPhoneView }) {
  const { t } = useTranslation();
  const { number, reachable, texts } = phone;
  const mayUse = useMay()("simulator:use");
  const path = `/api/v1/simulator/phones/${encodeURIComponent(number)}`;
  const reach = useAct((on: boolean) =>
    request<SimulatorView>(`${path}/reach`, { method: "POST", body: { reachable: on } }),
  );
  return (
    <li className="phone" aria-label={number} data-off={!reachable}>
      <Group justify="space-between" px="md" pt={10} pb={8} wrap="nowrap" className="phone-head">
        <Link size="sm" fw={600} to={`/timeline?phone=${encodeURIComponent(number)}`}>
          {number}
        </Link>
        <Switch
          size="xs"
          labelPosition="left"
          label={t(reachable ? "simulator.on" : "simulator.off")}
          aria-label={t("simulator.reach", { number })}
          checked={reachable}
          disabled={reach.busy || !mayUse}
          onChange={({ currentTarget }) => reach.begin(currentTarget.checked)}
        />
      </Group>
      <Screen texts={texts} number={number} />
      {mayUse && <Answer path={path} number={number} />}
    </li>
  );
}

function Screen({ texts, number }: Pick<SimulatedPhoneView, "texts" | "number">) {
  const { t } = useTranslation();
  const screen = useRef<HTMLDivElement>(null);
  const count = texts.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text is what is looked at.
  useEffect(() => {
    if (screen.current !== null) screen.current.scrollTop = screen.current.scrollHeight;
  }, [count]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard.
    <div className="screen" ref={screen} tabIndex={0} role="log" aria-label={t("simulator.texts", { number })}>
      {texts.map(({ id, direction, body, status, at }) => (
        <div key={id} className="said" data-direction={direction} data-lost={status === "undelivered"}>
          <Text size="sm" className="bubble breakable">
            {body}
          </Text>
          <Text size="xs" className="said-at">
            {status === null || status === "delivered"
              ? toClock(at)
              : `${toClock(at)} · ${t(`words.${status}`, { defaultValue: status })}`}
          </Text>
        </div>
      ))}
    </div>
  );
}

function Answer({ path, number }: { path: string; number: string }) {
  const { t } = useTranslation();
  const [body, setBody] = useState("");
  const write = useAct((said: string) =>
    request<SimulatorView>(`${path}/texts`, { method: "POST", body: { body: said } }),
  );
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (body.trim() === "") return;
    write.begin(body);
    setBody("");
  };
  return (
    <form onSubmit={send} className="phone-foot">
      <Group gap={6} mb={6}>
        {["YES", "STOP", "START"].map((word) => (
          <Button
            key={word}
            size="compact-xs"
            variant="default"
            disabled={write.busy}
            onClick={() => write.begin(word)}
          >
            {word}
          </Button>
        ))}
      </Group>
      <Group gap={6} wrap="nowrap">
        <TextInput
          flex={1}
          size="xs"
          radius="xl"
          value={body}
          onChange={({ currentTarget }) => setBody(currentTarget.value)}
          placeholder={t("simulator.answer")}
          aria-label={t("simulator.answerAs", { number })}
        />
        <ActionIcon type="submit" radius="xl" loading={write.busy} aria-label={t("simulator.send", { number })}>
          <PaperPlaneIcon />
        </ActionIcon>
      </Group>
    </form>
  );
}
