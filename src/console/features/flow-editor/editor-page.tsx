import { Badge, Button, Group, Paper, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallableEndpointView, ConnectionView } from "../../../api/contract/connection.js";
import type { DataTypeView, FlowView, TranslatorView } from "../../../api/contract/definitions.js";
import type { DefinitionFileView } from "../../../api/contract/draft.js";
import { triggerId } from "../../flow-graph/to-graph.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { type Remote, useRemote, useRemoteList } from "../../remote/remote.js";
import { useFilters } from "../../remote/use-filters.js";
import { ChangedMeanwhile } from "../../writing/changed-meanwhile.js";
import { Code, type CodeHandle } from "../../writing/code.js";
import { SaveDraft } from "../../writing/save-draft.js";
import { TakeAway } from "../../writing/take-away.js";
import { UndoButtons } from "../../writing/undo-buttons.js";
import { type OwnFile, useOwnFile } from "../../writing/use-own-file.js";
import { AddStep } from "./add-step.js";
import { Canvas } from "./canvas.js";
import { type Blocks, EditingProvider, useEditing } from "./editing.js";
import { ProblemList } from "./problem-list.js";
import { StepForm } from "./step-form.js";
import { templateOf } from "./templates.js";
import { Trial } from "./trial.js";
import { TriggerForm } from "./trigger-form.js";
import { useDraft } from "./use-draft.js";

/** A flow as a graph, as forms and as a text: whichever is changed, the others follow. */
export function FlowEditorPage({ name }: { name: string }) {
  const file = useRemote<DefinitionFileView>(`/api/v1/flows/${name}/file`);
  const blocks = useBlocks();
  return (
    <Shown remote={file}>
      {(known) => <Shown remote={blocks}>{(all) => <Editor name={name} newest={known} blocks={all} />}</Shown>}
    </Shown>
  );
}

function useBlocks(): Remote<Blocks> {
  const most = { limit: 200 };
  const endpoints = useRemoteList<CallableEndpointView>("/api/v1/endpoints", most);
  const dataTypes = useRemoteList<DataTypeView>("/api/v1/data-types", most);
  const translators = useRemoteList<TranslatorView>("/api/v1/translators", most);
  const flows = useRemoteList<FlowView>("/api/v1/flows", most);
  const connections = useRemoteList<ConnectionView>("/api/v1/connections", most);
  for (const one of [endpoints, dataTypes, translators, flows, connections]) if (one.state === "failed") return one;
  const all = {
    endpoints: itemsOf(endpoints),
    dataTypes: itemsOf(dataTypes),
    translators: itemsOf(translators),
    flows: itemsOf(flows),
    connections: itemsOf(connections),
  };
  const isReady = [endpoints, dataTypes, translators, flows, connections].every(({ state }) => state === "ready");
  return isReady ? { state: "ready", value: all } : { state: "loading" };
}

function itemsOf<T>(remote: Remote<{ readonly items: readonly T[] }>): readonly T[] {
  return remote.state === "ready" ? remote.value.items : [];
}

function Editor({ name, newest, blocks }: { name: string; newest: DefinitionFileView; blocks: Blocks }) {
  const { t } = useTranslation();
  const own = useOwnFile(`/api/v1/flows/${name}/file`, newest);
  const { file } = own;
  const [filters] = useFilters(["template", "step"]);
  const start = file.text ?? templateOf(filters.template, name.split("/")[1] ?? "");
  const { editing, trying, trialProblem } = useDraft({ name, file, start, blocks, chosen: filters.step ?? triggerId });
  const [code, setCode] = useState<CodeHandle | null>(null);
  const [adding, setAdding] = useState(false);
  const step = editing.written?.steps.find(({ id }) => id === editing.chosen) ?? null;
  return (
    <EditingProvider value={editing}>
      <Page
        title={String(editing.written?.value.title ?? name)}
        about={<About />}
        tools={<Tools code={code} own={own} />}
      >
        {own.newer !== null && (
          <ChangedMeanwhile
            take={() => {
              editing.write(own.newer?.text ?? start);
              own.take();
            }}
          />
        )}
        <div className="editor">
          <Canvas onAdd={() => setAdding(true)} />
          <Paper p="md" component="section" aria-label={t("editor.form")}>
            {step === null ? <TriggerForm /> : <StepForm key={step.path.join()} step={step} />}
          </Paper>
          <Paper component="section" aria-label={t("editor.text")}>
            <Code
              language="yaml"
              label={file.file}
              value={editing.text}
              onChange={editing.write}
              problems={editing.problems}
              handle={setCode}
            />
          </Paper>
        </div>
        <ProblemList code={code} />
        <Paper p="md" component="section" aria-label={t("editor.dryRun")}>
          <Trial trying={trying} problem={trialProblem} />
        </Paper>
        <AddStep opened={adding} close={() => setAdding(false)} />
      </Page>
    </EditingProvider>
  );
}

function About() {
  const { t } = useTranslation();
  const { name, file } = useEditing();
  return (
    <Group gap="xs">
      <Link to="/flows">{t("flows.title")}</Link>
      <span>{name}</span>
      {file.text === null && <Badge>{t("editor.new")}</Badge>}
      {file.changedAt !== null && <Badge color="orange">{t("editor.changedHere")}</Badge>}
    </Group>
  );
}

function Tools({ code, own }: { code: CodeHandle | null; own: OwnFile }) {
  const { t } = useTranslation();
  const [saving, setSaving] = useState(false);
  const { name, file, text, problems, write } = useEditing();
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const why = errors > 0 ? t("editor.problemCount", { count: errors }) : t("editor.save");
  return (
    <Group gap="xs">
      <TakeAway
        {...{ name, file }}
        taken={(left) => {
          write(left.text ?? "");
          own.saved();
        }}
      />
      <UndoButtons code={code} />
      <Tooltip label={why}>
        <Button onClick={() => setSaving(true)} disabled={errors > 0 || text === file.text}>
          {t("editor.save")}
        </Button>
      </Tooltip>
      <SaveDraft
        saving={{ name, file, text }}
        opened={saving}
        close={() => setSaving(false)}
        saved={() => {
          own.saved();
          notifications.show({ message: t("editor.saved", { name }), color: "bay" });
        }}
      />
    </Group>
  );
}
