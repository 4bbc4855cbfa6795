import { BaseEdge, type Edge, type EdgeProps, type Node } from "@xyflow/react";
import { layOut, type Place } from "./lay-out.js";
import { type DrawnFlow, type EdgeReason, type GraphEdge, type GraphNode, laneIdOf, toGraph } from "./to-graph.js";

/** Longer conditions are shown whole beside the picture. */
const LABEL_LENGTH = 32;

/** How far from a step ways turn aside, in pixels. */
const TURN = 18;

/** @see laneOf */
export type Way = Edge<{ readonly laneX: number | null; readonly isBranch: boolean }>;

export const wayTypes = { way: WayEdge };

/** A flow's picture is looked at, not drawn: nothing in it is moved, and the page scrolls over it. */
export const lookedAt = {
  nodesDraggable: false,
  nodesConnectable: false,
  nodesFocusable: false,
  edgesFocusable: false,
  elementsSelectable: false,
  zoomOnScroll: false,
  preventScrolling: false,
  minZoom: 0.2,
} as const;

/** Gives every node of a flow at its place; what is behind comes first. */
export function placeNodes<Data extends Record<string, unknown>>(
  flow: DrawnFlow,
  dataOf: (node: GraphNode) => Data,
): Node<Data>[] {
  const places = layOut(flow);
  const placed = toGraph(flow).nodes.flatMap((node): Node<Data>[] => {
    const place = places.get(node.id);
    if (place === undefined) return [];
    const { x, y, width, height } = place;
    const zIndex = node.kind === "frame" ? -1 : 0;
    return [{ id: node.id, type: node.kind, position: { x, y }, width, height, zIndex, data: dataOf(node) }];
  });
  return placed.sort((one, other) => (one.zIndex ?? 0) - (other.zIndex ?? 0));
}

/**
 * Gives the ways of a flow, with what each is taken for.
 * @param say The word for a way that has no condition of its own.
 */
export function toWays(flow: DrawnFlow, say: (reason: "otherwise" | "item") => string): Way[] {
  const places = layOut(flow);
  return toGraph(flow).edges.map((edge) => {
    const { id, from, to, reason } = edge;
    const label = labelOf(reason, say);
    return {
      ...{ id, source: from, target: to, type: "way", focusable: false },
      ...(label !== null && { label }),
      data: { laneX: laneOf(edge, places), isBranch: reason.kind === "when" || reason.kind === "otherwise" },
    };
  });
}

/** Where the way of an empty branch goes down, beside what is in the others; null for all other ways. */
function laneOf({ from, reason }: GraphEdge, places: ReadonlyMap<string, Place>): number | null {
  const branch = reason.kind === "when" ? reason.branch : reason.kind === "otherwise" ? "otherwise" : null;
  const lane = branch === null ? undefined : places.get(laneIdOf(from, branch));
  return lane === undefined ? null : lane.x + lane.width / 2;
}

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
