import "@xyflow/react/dist/style.css";
import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { ArrowDownIcon, ArrowUpIcon, CopyIcon, PlusIcon, TrashIcon } from "@radix-ui/react-icons";
import { Background, Controls, type Edge, type Node, type NodeTypes, ReactFlow } from "@xyflow/react";
import { type KeyboardEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { layOut } from "../../flow-graph/lay-out.js";
import { type EdgeReason, type FlowGraph, toGraph, triggerId } from "../../flow-graph/to-graph.js";
import { type Changed, copyStep, dropStep, shiftStep } from "./change-steps.js";
import { type Editing, useEditing } from "./editing.js";
import { EndNode, FrameNode, StepNode, TriggerNode } from "./nodes.js";

const nodeTypes: NodeTypes = { step: StepNode, trigger: TriggerNode, frame: FrameNode, end: EndNode };

/** Nodes that are seen at first: of a long flow, its beginning. */
const FIRST = 6;

/** The flow as a graph: what is chosen in it is what the form is about. */
export function Canvas({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const editing = useEditing();
  const { written } = editing;
  const picture = useMemo(() => {
    if (written === null) return { nodes: [], edges: [] };
    const graph = toGraph(written.drawn);
    return { nodes: toNodes(graph, written.drawn), edges: toEdges(graph) };
  }, [written]);
  const act = useStepActs(onAdd);
  return (
    <section aria-label={t("editor.graph")} className="canvas" onKeyDown={act.onKey}>
      <Group gap={4} className="canvas-tools" role="toolbar" aria-label={t("editor.stepTools")}>
        <Tool label={t("editor.add")} act={onAdd} Icon={PlusIcon} />
        <Tool label={t("editor.up")} act={act.up} Icon={ArrowUpIcon} />
        <Tool label={t("editor.down")} act={act.down} Icon={ArrowDownIcon} />
        <Tool label={t("editor.copy")} act={act.copy} Icon={CopyIcon} />
        <Tool label={t("editor.drop")} act={act.drop} Icon={TrashIcon} />
      </Group>
      <ReactFlow
        nodes={picture.nodes}
        edges={picture.edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnScroll={false}
        preventScrolling={false}
        fitView
        fitViewOptions={{ maxZoom: 0.9, minZoom: 0.6, padding: 0.15, nodes: picture.nodes.slice(0, FIRST) }}
        minZoom={0.2}
      >
        <Background />
        <Controls showInteractive={false} aria-label={t("editor.zoom")} />
      </ReactFlow>
    </section>
  );
}

function Tool({ label, act, Icon }: { label: string; act: (() => void) | null; Icon: typeof PlusIcon }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={act === null} onClick={act ?? undefined}>
        <Icon />
      </ActionIcon>
    </Tooltip>
  );
}

/** What can be done with the chosen step, also by keys: Alt with an arrow moves it, Delete takes it out, + adds one behind it. */
function useStepActs(onAdd: () => void) {
  const editing = useEditing();
  const { text, written } = editing;
  const step = written?.steps.find(({ id }) => id === editing.chosen) ?? null;
  const take = (changed: Changed | null): void => {
    if (changed === null) return;
    editing.write(changed.text);
    editing.choose(changed.chosen);
  };
  const able = written !== null && step !== null ? { written, step } : null;
  const up = able && (() => take(shiftStep(text, able.written, { step: able.step, by: -1 })));
  const down = able && (() => take(shiftStep(text, able.written, { step: able.step, by: 1 })));
  const copy = able && (() => take(copyStep(text, able.written, able.step)));
  const drop = able && (() => take(dropStep(text, able.written, able.step)));
  const onKey = (event: KeyboardEvent): void => {
    const keys: Readonly<Record<string, (() => void) | null>> = event.altKey
      ? { ArrowUp: up, ArrowDown: down }
      : { ArrowUp: () => step1(editing, -1), ArrowDown: () => step1(editing, 1), Delete: drop, "+": onAdd, d: copy };
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };
  return { up, down, copy, drop, onKey };
}

function step1({ written, chosen, choose }: Editing, by: -1 | 1): void {
  const ids = [triggerId, ...(written?.steps.map(({ id }) => id) ?? [])];
  const next = ids[ids.indexOf(chosen) + by];
  if (next !== undefined) choose(next);
}

function toNodes(graph: FlowGraph, drawn: Parameters<typeof layOut>[0]): Node[] {
  const places = layOut(drawn);
  return graph.nodes.flatMap(({ id, kind }): Node[] => {
    const place = places.get(id);
    if (place === undefined) return [];
    const { x, y, width, height } = place;
    return [{ id, type: kind, position: { x, y }, width, height, data: {}, zIndex: kind === "frame" ? -1 : 0 }];
  });
}

function toEdges(graph: FlowGraph): Edge[] {
  return graph.edges.map(({ id, from, to, reason }) => ({
    ...{ id, source: from, target: to, type: "smoothstep" },
    ...(labelOf(reason) !== null && { label: labelOf(reason) }),
  }));
}

function labelOf(reason: EdgeReason): string | null {
  if (reason.kind === "when")
    return reason.expression.length > 28 ? `${reason.expression.slice(0, 27)}…` : reason.expression;
  return reason.kind === "otherwise" ? "else" : null;
}
