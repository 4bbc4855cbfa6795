import { Button, Group, Loader, Paper, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DataTypeView } from "../../../api/contract/definitions.js";
import type { DefinitionFileView, SuggestionsView } from "../../../api/contract/draft.js";
import { Allowed } from "../../parts/allowed.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Refused } from "../../parts/pushed.js";
import { useRemote, useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { useFilters } from "../../remote/use-filters.js";
import { ChangedMeanwhile } from "../../writing/changed-meanwhile.js";
import { Code, type CodeHandle } from "../../writing/code.js";
import { SaveDraft } from "../../writing/save-draft.js";
import { TakeAway } from "../../writing/take-away.js";
import { UndoButtons } from "../../writing/undo-buttons.js";
import { useAsked } from "../../writing/use-asked.js";
import { useOwnFile } from "../../writing/use-own-file.js";
import { InAndOut } from "./in-and-out.js";
import { entriesOf, entryAt, toExpression, withMapping } from "./mapping.js";
import { SchemaTree } from "./schema-tree.js";
import { type Bench, useBench } from "./use-bench.js";

/** A translator between its source and its target: what it makes of a document follows what is written. */
export function WorkbenchPage({ name }: { name: string }) {
  const file = useRemote<DefinitionFileView>(`/api/v1/translators/${name}/file`);
  const types = useRemoteList<DataTypeView>("/api/v1/data-types", { limit: 200 });
  return (
    <Shown remote={file}>
      {(known) => (
        <Shown remote={types}>
          {({ items }) => {
            const bench = { name, newest: known, dataTypes: items };
            return known.text === null ? <Beginning {...bench} /> : <Workbench {...bench} start={known.text} />;
          }}
        </Shown>
      )}
    </Shown>
  );
}

/** A translator that is not there yet begins with what its target needs. */
function Beginning(bench: Omit<WorkbenchProps, "start">) {
  const { t } = useTranslation();
  const [{ from, to }] = useFilters(["from", "to"]);
  const wanted = from === undefined || to === undefined ? null : { from, to, name: bench.name, required: true };
  const { value, problem } = useAsked<SuggestionsView>("/api/v1/translators/suggest", wanted);
  // What it begins with is asked once: nobody writes before it is there, and it is not asked for again while somebody does.
  const start = useRef<string | null>(null);
  start.current ??= value?.source ?? (wanted === null ? `/* title: ${bench.name.split("/")[1]} */\n{\n}\n` : null);
  if (start.current !== null) return <Workbench {...bench} start={start.current} />;
  if (problem !== null) return <Refused problem={problem} />;
  return <Loader type="dots" role="status" aria-label={t("loading")} />;
}

interface WorkbenchProps {
  readonly name: string;
  readonly newest: DefinitionFileView;
  readonly dataTypes: readonly DataTypeView[];
  /** The text that it begins with. */
  readonly start: string;
}

function Workbench({ name, newest, dataTypes, start }: WorkbenchProps) {
  const { t } = useTranslation();
  const own = useOwnFile(`/api/v1/translators/${name}/file`, newest);
  const { file } = own;
  const bench = useBench({ name, file, start, dataTypes });
  const [code, setCode] = useState<CodeHandle | null>(null);
  const [target, setTarget] = useState<readonly string[] | null>(null);
  return (
    <Page title={name} about={<About target={target} />} tools={<Tools bench={bench} code={code} saved={own.saved} />}>
      {own.newer !== null && (
        <ChangedMeanwhile
          take={() => {
            bench.write(own.newer?.text ?? start);
            own.take();
          }}
        />
      )}
      <div className="editor bench">
        <SourceTree bench={bench} target={target} />
        <Paper component="section" aria-label={t("workbench.text")}>
          <Code
            language="jsonata"
            label={file.file}
            value={bench.text}
            onChange={bench.write}
            problems={problemsOf(bench)}
            complete={bench.complete}
            onSelect={({ offset, selected }) => {
              setTarget(entryAt(bench.text, offset)?.path ?? null);
              bench.select(selected);
            }}
            handle={setCode}
          />
        </Paper>
        <TargetTree bench={bench} target={target} pick={setTarget} />
      </div>
      <InAndOut bench={bench} />
    </Page>
  );
}

/** What fails when it runs is shown where it stands, as what does not parse is. */
function problemsOf({ tried }: Bench) {
  if (tried === null) return [];
  const { failure, problems } = tried;
  if (failure === null || failure.line === null) return problems;
  const column = failure.column ?? 1;
  const range = { line: failure.line, column, endLine: failure.line, endColumn: column + 1 };
  return [...problems, { message: failure.message, remedy: "", severity: "error" as const, range }];
}

function SourceTree({ bench, target }: { bench: Bench; target: readonly string[] | null }) {
  const { t } = useTranslation();
  const { from, schemaOf, text, write } = bench;
  return (
    <Paper p="sm">
      <Text fw={600}>{t("workbench.source")}</Text>
      <SchemaTree
        schema={from === null ? null : schemaOf(from)}
        schemaOf={schemaOf}
        label={t("workbench.fields", { type: from ?? t("workbench.noType") })}
        marked={new Set()}
        chosen={null}
        pick={(path) => target !== null && write(withMapping(text, target, toExpression(path)))}
      />
    </Paper>
  );
}

interface TargetTreeProps {
  readonly bench: Bench;
  readonly target: readonly string[] | null;
  readonly pick: (path: readonly string[]) => void;
}

function TargetTree({ bench: { to, schemaOf, text }, target, pick }: TargetTreeProps) {
  const { t } = useTranslation();
  return (
    <Paper p="sm">
      <Text fw={600}>{t("workbench.target")}</Text>
      <SchemaTree
        schema={to === null ? null : schemaOf(to)}
        schemaOf={schemaOf}
        label={t("workbench.fields", { type: to ?? t("workbench.noType") })}
        marked={new Set(entriesOf(text).map(({ path }) => path.join("/")))}
        chosen={target?.join("/") ?? null}
        pick={pick}
      />
    </Paper>
  );
}

function About({ target }: { target: readonly string[] | null }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Link to="/translators">{t("translators.title")}</Link>
      {target !== null && <span>{t("workbench.mapping", { path: target.join(".") })}</span>}
    </Group>
  );
}

function Tools({ bench, code, saved }: { bench: Bench; code: CodeHandle | null; saved: () => void }) {
  const { t } = useTranslation();
  const [saving, setSaving] = useState(false);
  const { name, file, text, tried, from, to, write } = bench;
  const isSound = !tried?.problems.some(({ severity }) => severity === "error");
  const suggest = useAct(async () => {
    const suggested = await request<SuggestionsView>("/api/v1/translators/suggest", {
      method: "POST",
      body: { from, to, name },
    });
    write(suggested.source);
  });
  return (
    <Group gap="xs">
      <Allowed to="translators:change">
        <TakeAway
          {...{ name, file }}
          taken={(left) => {
            write(left.text ?? "");
            saved();
          }}
        />
      </Allowed>
      <UndoButtons code={code} />
      <Button
        variant="default"
        onClick={() => suggest.begin(undefined)}
        loading={suggest.busy}
        disabled={from === null || to === null}
      >
        {t("workbench.suggest")}
      </Button>
      <Allowed to="translators:change">
        <Button onClick={() => setSaving(true)} disabled={!isSound || text === file.text}>
          {t("editor.save")}
        </Button>
      </Allowed>
      <SaveDraft
        saving={{ name, file, text }}
        opened={saving}
        close={() => setSaving(false)}
        saved={() => {
          saved();
          notifications.show({ message: t("workbench.saved", { name }), color: "bay" });
        }}
      />
    </Group>
  );
}
