import { Alert, Badge, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Json } from "../../parts/json.js";
import { JsonField } from "../../parts/json-input.js";
import { Problems } from "../../parts/pushed.js";
import type { Bench } from "./use-bench.js";

/** A document, and what the translator makes of it. */
export function InAndOut({ bench }: { bench: Bench }) {
  const { t } = useTranslation();
  const { samples, records, input, setInput } = bench;
  const all = [...samples, ...records];
  const chosen = all.findIndex(({ text }) => text === input);
  const items = all.map(({ label }, index) => ({ value: String(index), label }));
  const data = [
    { group: t("editor.samples"), items: items.slice(0, samples.length) },
    { group: t("workbench.newest"), items: items.slice(samples.length) },
  ];
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Stack gap="xs">
        <Title order={2}>{t("workbench.input")}</Title>
        <Select
          label={t("workbench.tryOn")}
          data={data}
          value={chosen === -1 ? null : String(chosen)}
          onChange={(index) => setInput(all[Number(index)]?.text ?? input)}
        />
        <JsonField label={t("workbench.input")} value={input} onChange={setInput} validationError={t("json.invalid")} />
      </Stack>
      <Output bench={bench} />
    </SimpleGrid>
  );
}

function Output({ bench: { tried, to, selected, selection } }: { bench: Bench }) {
  const { t } = useTranslation();
  const problems = tried?.problems ?? [];
  return (
    <Stack gap="xs">
      <Title order={2}>{t("workbench.output")}</Title>
      {problems.map(({ message, remedy, range, file }) => (
        <Alert key={`${file} ${message}`} color="red" title={message} role="alert">
          <Badge color="red">{range === null ? file : t("editor.line", { line: range.line })}</Badge> {remedy}
        </Alert>
      ))}
      {tried?.failure && (
        <Alert color="red" role="alert" title={tried.failure.code}>
          <Text size="sm" ff="monospace" style={{ whiteSpace: "pre-wrap" }}>
            {tried.failure.message}
          </Text>
        </Alert>
      )}
      {tried !== null && tried.output !== null && <Json value={tried.output} label={to ?? t("workbench.output")} />}
      {tried !== null && <Problems problems={tried.outputProblems} />}
      {tried !== null && tried.output !== null && tried.outputProblems.length === 0 && to !== null && (
        <Text size="sm" c="dimmed">
          {t("workbench.fits", { type: to })}
        </Text>
      )}
      {selected.trim() !== "" && selection !== null && (
        <section aria-label={t("workbench.selected")}>
          <Title order={2}>{t("workbench.selected")}</Title>
          {selection.failure === null ? (
            <Json value={selection.value} label={t("workbench.selected")} />
          ) : (
            <Text c="red">{selection.failure.message}</Text>
          )}
        </section>
      )}
    </Stack>
  );
}
