import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
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
import { layOut, type Place } from "../../flow-graph/lay-out.js";
import {
  type DrawnFlow,
  type EdgeReason,
  type GraphEdge,
  type GraphNode,
  laneIdOf,
  toGraph,
} from "../../flow-graph/to-graph.js";
import { type StepMark, walkRun } from "../../flow-graph/walk-run.js";
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

/** @see laneOf */
type Way = Edge<{ readonly laneX: number | null; readonly isBranch: boolean }>;

const edgeTypes = { way: WayEdge };
const nodeTypes = { step: StepNode, trigger: EndNode, end: EndNode, frame: FrameNode };
/** Longer conditions are shown whole beside the picture. */
const LABEL_LENGTH = 32;

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
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1, minZoom: 0.35 }}
        minZoom={0.2}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        aria-label={t("runs.picture")}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function nodesOf(flow: DrawnFlow, { run, chosen, choose }: Omit<FlowPictureProps, "flow">): Drawn[] {
  const places = layOut(flow);
  const { marks } = walkRun(flow, run);
  const drawn = toGraph(flow).nodes.map((node): Drawn => {
    const { x = 0, y = 0, width = 0, height = 0 } = places.get(node.id) ?? {};
    const mark = node.kind === "step" ? (marks.get(node.id) ?? null) : null;
    const data = { node, mark, isChosen: node.id === chosen, choose };
    const zIndex = node.kind === "frame" ? -1 : 0;
    return { id: node.id, type: node.kind, position: { x, y }, width, height, zIndex, data };
  });
  // What is behind comes first.
  return drawn.sort((one, other) => (one.zIndex ?? 0) - (other.zIndex ?? 0));
}

function edgesOf(flow: DrawnFlow, run: FlowPictureProps["run"], say: (reason: "otherwise" | "item") => string): Way[] {
  const { taken } = walkRun(flow, run);
  const places = layOut(flow);
  return toGraph(flow).edges.map((edge) => {
    const { id, from, to, reason } = edge;
    const isTaken = taken.has(id);
    const color = isTaken ? "var(--mantine-primary-color-filled)" : "var(--mantine-color-dimmed)";
    const label = labelOf(reason, say);
    return {
      ...{ id, source: from, target: to, type: "way", focusable: false, zIndex: isTaken ? 2 : 1 },
      ...(label !== null && { label }),
      data: { laneX: laneOf(edge, places), isBranch: reason.kind === "when" || reason.kind === "otherwise" },
      style: { stroke: color, strokeWidth: isTaken ? 3 : 1, strokeDasharray: isTaken ? "none" : "4 4" },
      markerEnd: { type: MarkerType.ArrowClosed, color },
    };
  });
}

/** Where the way of an empty branch goes down, beside what is in the others; null for all other ways. */
function laneOf({ from, reason }: GraphEdge, places: ReadonlyMap<string, Place>): number | null {
  const branch = reason.kind === "when" ? reason.branch : reason.kind === "otherwise" ? "otherwise" : null;
  const lane = branch === null ? undefined : places.get(laneIdOf(from, branch));
  return lane === undefined ? null : lane.x + lane.width / 2;
}

/** How far from a step ways turn aside, in pixels. */
const TURN = 18;

/** Down, aside, and down again; what it is taken for stands where it goes down. */
function WayEdge({ id, sourceX, sourceY, targetX, targetY, data, label, style, markerEnd }: EdgeProps<Way>) {
  const x = data?.laneX ?? (data?.isBranch === true ? targetX : sourceX);
  const path = `M${sourceX},${sourceY} V${sourceY + TURN} H${x} V${targetY - TURN} H${targetX} V${targetY}`;
  const labelY = sourceY + TURN + 22;
  return (
    <BaseEdge
      id={id}
      path={path}
      label={label}
      labelX={x}
      labelY={labelY}
      labelStyle={{ fill: "var(--mantine-color-text)", fontSize: 11 }}
      labelBgStyle={{ fill: "var(--mantine-color-body)" }}
      {...(style && { style })}
      {...(markerEnd !== undefined && { markerEnd })}
    />
  );
}

function labelOf(reason: EdgeReason, say: (reason: "otherwise" | "item") => string): string | null {
  if (reason.kind === "next") return null;
  if (reason.kind !== "when") return say(reason.kind);
  const { expression } = reason;
  return expression.length > LABEL_LENGTH ? `${expression.slice(0, LABEL_LENGTH - 1)}…` : expression;
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
