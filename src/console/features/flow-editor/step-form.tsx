import { Button, Checkbox, Group, NumberInput, Select, TextInput, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isJsonObject, type Json } from "../../../core/json.js";
import type { WrittenStep } from "../../writing/draft-flow.js";
import type { Path } from "../../writing/json-path.js";
import { insertItem, removeItem } from "../../writing/yaml-edit.js";
import { renameStep } from "./change-steps.js";
import { toWhole, toWritten, useEditing } from "./editing.js";
import { ChoiceField, ExpressionField, Fields, TextField, useMember } from "./fields.js";
import { PayloadForm } from "./payload-form.js";
import { WaitForm } from "./wait-form.js";

const levels = ["info", "notice", "warning", "error"].map((level) => ({ value: level, label: level }));

/** A form of the chosen step. */
export function StepForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { path } = step;
  return (
    <Fields>
      <Title order={2}>{t(`editor.kind.${step.kind}`)}</Title>
      <IdField step={step} />
      <KindForm step={step} />
      <ExpressionField
        label={t("editor.when")}
        about={t("editor.whenAbout")}
        path={[...path, "when"]}
        step={step}
        bare
      />
      <ContinueField path={[...path, "onError"]} />
    </Fields>
  );
}

function KindForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { path, kind } = step;
  const level = <ChoiceField label={t("editor.level")} path={[...path, "level"]} data={levels} />;
  switch (kind) {
    case "translate":
      return <TranslateForm step={step} />;
    case "call":
      return <CallForm step={step} />;
    case "save":
      return <SaveForm step={step} />;
    case "start":
      return <StartForm step={step} />;
    case "choose":
      return <ChooseForm step={step} />;
    case "wait":
      return <WaitForm step={step} />;
    case "each":
      return <ExpressionField label={t("editor.items")} path={[...path, "each"]} step={step} />;
    case "stop":
      return (
        <>
          <ExpressionField label={t("editor.reason")} path={[...path, "stop"]} step={step} />
          {level}
        </>
      );
    case "notify":
      return (
        <>
          <ExpressionField label={t("editor.title")} path={[...path, "notify"]} step={step} />
          <ExpressionField label={t("editor.message")} path={[...path, "message"]} step={step} optional />
          {level}
        </>
      );
  }
}

function IdField({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { text, written, write, choose } = useEditing();
  const take = (id: string): void => {
    if (written === null || !/^\w*$/.test(id)) return;
    const changed = renameStep(text, written, { step, id });
    write(changed.text);
    choose(id === "" || written.steps.some((one) => one.id === id) ? step.id : id);
  };
  const value = String(step.value.id ?? "");
  const about = t("editor.idAbout");
  return (
    <TextInput
      label={t("editor.id")}
      description={about}
      value={value}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}

function ContinueField({ path }: { path: Path }) {
  const { t } = useTranslation();
  const [value, write] = useMember(path);
  return (
    <Checkbox
      label={t("editor.onError")}
      checked={value === "continue"}
      onChange={({ currentTarget }) => write(currentTarget.checked ? "continue" : undefined)}
    />
  );
}

function TranslateForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { blocks, name } = useEditing();
  const data = blocks.translators.map((one) => ({
    value: toWritten(one.name, name),
    label: `${one.title} (${one.name})`,
  }));
  return (
    <>
      <ChoiceField label={t("editor.translator")} path={[...step.path, "translate"]} data={data} />
      <ExpressionField label={t("editor.input")} path={[...step.path, "input"]} step={step} optional />
    </>
  );
}

function CallForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { blocks, name, set } = useEditing();
  const { path, value } = step;
  const connection = toWhole(String(value.connection ?? ""), name);
  const keyOf = (endpoint: string, by: string): string => `${endpoint} ${by}`;
  const chosen = blocks.endpoints.find((one) => one.endpoint.name === value.call && one.connection === connection);
  const data = blocks.endpoints.map((one) => ({
    value: keyOf(one.endpoint.name, one.connection),
    label: `${one.endpoint.title} (${one.endpoint.name}, ${one.connection})`,
  }));
  const take = (key: string | null): void => {
    const found = blocks.endpoints.find((one) => keyOf(one.endpoint.name, one.connection) === key);
    if (found === undefined) return;
    set([...path, "call"], found.endpoint.name);
    set([...path, "connection"], toWritten(found.connection, name));
  };
  const now = chosen === undefined ? null : keyOf(chosen.endpoint.name, chosen.connection);
  return (
    <>
      <Select label={t("editor.endpoint")} data={data} value={now} onChange={take} searchable />
      <PayloadForm schema={chosen?.endpoint.payload ?? {}} path={[...path, "with"]} step={step} />
      <RetryFields path={path} />
    </>
  );
}

function RetryFields({ path }: { path: Path }) {
  const { t } = useTranslation();
  const attempts = [...path, "retry", "maxAttempts"];
  const [value, write] = useMember(attempts);
  const lanes = ["transactional", "marketing"].map((lane) => ({ value: lane, label: lane }));
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={t("editor.attempts")}
        min={1}
        max={50}
        placeholder="8"
        value={typeof value === "number" ? value : ""}
        onChange={(typed) => typeof typed === "number" && write(typed)}
      />
      <ChoiceField label={t("editor.priority")} path={[...path, "priority"]} data={lanes} />
      <TextField label={t("editor.maxQueue")} path={[...path, "maxQueue"]} placeholder="30m" />
    </Group>
  );
}

function SaveForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { blocks, name } = useEditing();
  const keyed = blocks.dataTypes.filter(({ key }) => key.length > 0);
  const data = keyed.map((one) => ({ value: toWritten(one.name, name), label: one.name }));
  const type = keyed.find((one) => one.name === toWhole(String(step.value.save ?? ""), name));
  return (
    <>
      <ChoiceField label={t("editor.dataType")} path={[...step.path, "save"]} data={data} />
      <PayloadForm schema={type?.schema ?? {}} path={[...step.path, "with"]} step={step} />
    </>
  );
}

function StartForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { blocks, name } = useEditing();
  const data = blocks.flows.map((one) => ({ value: toWritten(one.name, name), label: `${one.title} (${one.name})` }));
  return (
    <>
      <ChoiceField label={t("editor.flow")} path={[...step.path, "start"]} data={data} />
      <PayloadForm schema={{}} path={[...step.path, "with"]} step={step} />
    </>
  );
}

function ChooseForm({ step }: { step: WrittenStep }) {
  const { t } = useTranslation();
  const { text, write } = useEditing();
  const list = [...step.path, "choose"];
  const [otherwise, setOtherwise] = useMember([...step.path, "else"]);
  const branches: readonly Json[] = Array.isArray(step.value.choose) ? step.value.choose : [];
  const add = (): void => write(insertItem(text, list, { index: branches.length, value: { when: "true", steps: [] } }));
  return (
    <>
      {branches.filter(isJsonObject).map((_branch, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a branch is known by its place only.
        <Group key={index} align="flex-end" wrap="nowrap">
          <div style={{ flex: 1, minWidth: 0 }}>
            <ExpressionField
              label={t("editor.branch", { number: index + 1 })}
              path={[...list, index, "when"]}
              step={step}
              bare
              optional={false}
            />
          </div>
          <Button
            variant="default"
            disabled={branches.length === 1}
            onClick={() => write(removeItem(text, list, index))}
          >
            {t("editor.remove")}
          </Button>
        </Group>
      ))}
      <Group>
        <Button variant="default" onClick={add}>
          {t("editor.addBranch")}
        </Button>
        <Checkbox
          label={t("editor.else")}
          checked={otherwise !== undefined}
          onChange={({ currentTarget }) => setOtherwise(currentTarget.checked ? [] : undefined)}
        />
      </Group>
    </>
  );
}
