import {
  Background,
  Controls,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./flow-picture.css";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RunView } from "../../../api/contract/run.js";
import type { DrawnFlow, GraphNode } from "../../flow-graph/to-graph.js";
import { type StepMark, walkRun } from "../../flow-graph/walk-run.js";
import { lookedAt, placeNodes, toWays, type Way, wayTypes } from "../../flow-graph/ways.js";
import { MarkIcon } from "./mark-icon.js";

interface FlowPictureProps {
  readonly flow: DrawnFlow;
  readonly run: Pick<RunView, "status" | "finishedAt" | "steps" | "parent">;
  /** Id of the step that is shown beside the picture. */
  readonly chosen: string | null;
  readonly choose: (stepId: string) => void;
}

type Drawn = Node<{
  readonly node: GraphNode;
  readonly mark: StepMark | null;
  readonly isChosen: boolean;
  readonly choose: FlowPictureProps["choose"];
}>;

const nodeTypes = { step: StepNode, trigger: EndNode, end: EndNode, frame: FrameNode };

/** A flow, with the way that a run has gone through it. */
export function FlowPicture({ flow, run, chosen, choose }: FlowPictureProps) {
  const { t } = useTranslation();
  const nodes = useMemo(() => nodesOf(flow, { run, chosen, choose }), [flow, run, chosen, choose]);
  const edges = useMemo(() => edgesOf(flow, run, (reason) => t(`runs.ways.${reason}`)), [flow, run, t]);
  return (
    <div className="flow-picture">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={wayTypes}
        {...lookedAt}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1, minZoom: 0.35 }}
        maxZoom={1.5}
        aria-label={t("runs.picture")}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function nodesOf(flow: DrawnFlow, { run, chosen, choose }: Omit<FlowPictureProps, "flow">): Drawn[] {
  const { marks } = walkRun(flow, run);
  return placeNodes(flow, (node) => {
    const mark = node.kind === "step" ? (marks.get(node.id) ?? null) : null;
    return { node, mark, isChosen: node.id === chosen, choose };
  });
}

function edgesOf(flow: DrawnFlow, run: FlowPictureProps["run"], say: (reason: "otherwise" | "item") => string): Way[] {
  const { taken } = walkRun(flow, run);
  return toWays(flow, say).map((way) => {
    const isTaken = taken.has(way.id);
    const color = isTaken ? "var(--mantine-primary-color-filled)" : "var(--mantine-color-dimmed)";
    return {
      ...way,
      zIndex: isTaken ? 2 : 1,
      style: { stroke: color, strokeWidth: isTaken ? 3 : 1, strokeDasharray: isTaken ? "none" : "4 4" },
      markerEnd: { type: MarkerType.ArrowClosed, color },
    };
  });
}

function StepNode({ data: { node, mark, isChosen, choose } }: NodeProps<Drawn>) {
  const { t } = useTranslation();
  if (node.kind !== "step" || mark === null) return null;
  const { id, kind } = node.step;
  return (
    <>
      <Handle type="target" position={Position.Top} />
      <button
        type="button"
        className="flow-step nodrag nopan"
        data-mark={mark}
        aria-pressed={isChosen}
        onClick={() => choose(id)}
      >
        <MarkIcon mark={mark} />
        <span style={{ minWidth: 0 }}>
          <span style={{ fontWeight: 600, fontSize: 14 }}>{id}</span>
          <span style={{ fontSize: 12, color: "var(--mantine-color-dimmed)" }}>
            {`${t(`runs.kinds.${kind}`)} · ${t(`runs.marks.${mark}`)}`}
          </span>
        </span>
      </button>
      <Handle type="source" position={Position.Bottom} />
    </>
  );
}

function EndNode({ data: { node } }: NodeProps<Drawn>) {
  const { t } = useTranslation();
  return (
    <>
      {node.kind === "end" && <Handle type="target" position={Position.Top} />}
      <div className="flow-end">{t(node.kind === "end" ? "runs.end" : "runs.trigger")}</div>
      {node.kind === "trigger" && <Handle type="source" position={Position.Bottom} />}
    </>
  );
}

function FrameNode() {
  return (
    <>
      <div className="flow-frame" />
      <Handle type="source" position={Position.Bottom} />
    </>
  );
}
