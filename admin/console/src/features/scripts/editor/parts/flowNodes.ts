import { Position, type GraphNode, type Node } from '@vue-flow/core';
import { markRaw } from 'vue';
import type { Point } from '../core/document';
import { addHandle, type Edge, type NodeView, rowMiddle, size } from '../core/graph';

export interface NodeData {
  view: NodeView;
}
const dot = 12; // px, a handle

// bounds are the handles of a node where FlowNode.vue draws them, so that ways can be drawn to nodes that are not on the screen.
export function bounds(v: NodeView): GraphNode['handleBounds'] {
  const one = (id: string | null, type: 'source' | 'target', x: number, y: number, position: Position) => ({ id, nodeId: v.id, type, position, x: x - dot / 2, y: y - dot / 2, width: dot, height: dot });
  const rows = [...v.exits.map((x) => x.handle), ...(v.adds ? [addHandle] : [])];
  return {
    source: rows.map((handle, i) => one(handle, 'source', size.width, rowMiddle(v, i), Position.Right)),
    target: [one(null, 'target', 0, size.head / 2, Position.Left)],
  };
}

export function asNode(v: NodeView, p: Point): Node<NodeData> {
  const known = { dimensions: markRaw({ width: v.width, height: v.height }), handleBounds: bounds(v) };
  return { id: v.id, type: 'script', position: { x: p.x, y: p.y }, data: { view: markRaw(v) }, ...known };
}

export function asEdge(e: Edge, lookOf: () => string) {
  return {
    id: e.id, source: e.source, sourceHandle: e.handle, target: e.target, type: 'way', class: lookOf as never,
    ariaLabel: `${e.source} ${e.on} → ${e.target}`, interactionWidth: 12,
  };
}
