import { Badge, Text, UnstyledButton } from "@mantine/core";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { isJsonObject, type JsonObject } from "../../../core/json.js";
import { triggerId } from "../../flow-graph/to-graph.js";
import type { WrittenStep } from "../../writing/draft-flow.js";
import { toPointer } from "../../writing/json-path.js";
import { useEditing } from "./editing.js";

/** One step, with what is wrong with it and what it came to. */
export function StepNode({ id }: NodeProps) {
  const { t } = useTranslation();
  const { written, problems, rehearsed } = useEditing();
  const step = written?.steps.find((one) => one.id === id);
  if (step === undefined) return null;
  const own = problems.filter(({ path, range }) => range !== null && isAt(path, toPointer(step.path)));
  const came = rehearsed?.steps.find((one) => one.id === id);
  return (
    <Box id={id} outcome={came?.outcome} faulty={own.some(({ severity }) => severity === "error")}>
      <Head kind={t(`editor.kind.${step.kind}`)} id={String(step.value.id ?? "")} problems={own.length} />
      <Text size="xs" c="dimmed" truncate>
        {came?.says ?? describe(step)}
      </Text>
    </Box>
  );
}

/** A problem inside of a step that is inside of this one is the inner one's. */
function isAt(path: string, pointer: string): boolean {
  if (path !== pointer && !path.startsWith(`${pointer}/`)) return false;
  return !/\/(?:steps|else)\/\d+/.test(path.slice(pointer.length));
}

function describe({ kind, value }: WrittenStep): string {
  const main = value[kind];
  if (kind === "choose") return "";
  if (kind === "wait" && isJsonObject(main))
    return Object.entries(main)
      .map(([name, one]) => `${name} ${String(one)}`)
      .join(", ");
  return typeof main === "string" ? main : JSON.stringify(main ?? "");
}

/** What starts the flow. */
export function TriggerNode() {
  const { t } = useTranslation();
  const { written, problems, rehearsed } = useEditing();
  const on = isJsonObject(written?.value.on) ? written.value.on : {};
  const own = problems.filter(({ path, range }) => range !== null && path.startsWith("/on"));
  const outcome = rehearsed === null ? undefined : rehearsed.decision.verdict === "fired" ? "done" : "skipped";
  return (
    <Box id={triggerId} outcome={outcome} faulty={own.some(({ severity }) => severity === "error")} first>
      <Head kind={t("editor.trigger")} id="" problems={own.length} />
      <Text size="xs" c="dimmed" truncate>
        {describeTrigger(on)}
      </Text>
    </Box>
  );
}

function describeTrigger(on: JsonObject): string {
  return Object.entries(on)
    .filter(([name]) => name !== "mode")
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join(" · ");
}

function Head({ kind, id, problems }: { kind: string; id: string; problems: number }) {
  const { t } = useTranslation();
  return (
    <span className="node-head">
      <Text component="span" size="sm" fw={600} truncate>
        {id === "" ? kind : id}
      </Text>
      {problems > 0 ? (
        <Badge size="sm" color="red">
          {t("editor.problemCount", { count: problems })}
        </Badge>
      ) : (
        id !== "" && (
          <Text component="span" size="xs" c="dimmed">
            {kind}
          </Text>
        )
      )}
    </span>
  );
}

interface BoxProps {
  readonly id: string;
  readonly outcome: string | undefined;
  readonly faulty: boolean;
  readonly first?: boolean;
  readonly children: React.ReactNode;
}

function Box({ id, outcome, faulty, first = false, children }: BoxProps) {
  const { chosen, choose } = useEditing();
  return (
    <>
      {!first && <Handle type="target" position={Position.Top} isConnectable={false} />}
      <UnstyledButton
        className="node nodrag nopan"
        data-chosen={chosen === id}
        data-outcome={outcome}
        data-faulty={faulty}
        aria-pressed={chosen === id}
        onClick={() => choose(id)}
      >
        {children}
      </UnstyledButton>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

/** Around the steps that are done for every item. */
export function FrameNode() {
  return (
    <div className="node-frame">
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

/** Where all ways end. */
export function EndNode() {
  const { t } = useTranslation();
  return (
    <div className="node-end">
      <Handle type="target" position={Position.Top} isConnectable={false} />
      {t("editor.end")}
    </div>
  );
}
