import type { GraphEdge, VueFlowStore } from '@vue-flow/core';
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { Point } from '../core/document';
import type { Edge, NodeView } from '../core/graph';
import { boxes, curve, endsOf } from '../core/lines';
import { contains, everything, type Frame, meets, nearby, sightOf, widen } from '../core/near';
import type { Editor } from '../state/useEditor';
import { asEdge, asNode, bounds } from './flowNodes';

const large = 60; // nodes; a smaller flow is on the canvas as a whole
export const readable = 0.3; // zoom; below it a box tells as much as a node
// What is drawn and taken away in a frame while the canvas moves, so that no frame is a long one.
const most = { nodes: 3, plain: 10, ways: 100, gone: 8 };

interface Drawn {
  view: NodeView;
  at: Point;
  whole: boolean;
}
export interface Line {
  id: string;
  edge: Edge;
  d: string;
  look: string;
  label: string;
}

// useDrawn keeps on the canvas what of the document's graph is near what is seen, and changes there what changed in the
// document. A change of the document is shown at once; what comes near while the canvas moves, a few nodes a frame, and their
// boxes until then. Ways are lines of a picture below the nodes (FlowLines.vue): the canvas, for which each is a component of
// its own, knows only those that somebody points at or has chosen.
export function useDrawn(flow: VueFlowStore, editor: Editor, sight: Frame, lookOf: (e: Edge) => string) {
  const nodes = new Map<string, Drawn>();
  const ways = new Map<string, Line>();
  const lines = shallowRef<readonly Line[]>([]);
  const moving = shallowRef<ReadonlyMap<string, Point>>(new Map()); // where nodes are while they are dragged
  const frame = shallowRef<Frame>(sight); // no more at first: opening is waited for
  let waiting = 0;
  let reframed = false;

  const isLarge = () => editor.graph.value.nodes.length > large;
  const shown = () => (isLarge() ? frame.value : everything);
  const placeOf = (id: string) => moving.value.get(id) ?? editor.points.value.get(id)!;
  // Nodes that are wanted wherever they are: what is chosen, and what the ways lead to that the canvas knows.
  const wanted = () => new Set([...editor.selected.value, ...flow.edges.value.flatMap((e) => [e.source, e.target])]);

  // put brings nodes to the canvas, or changes those that are there.
  function put(ids: Iterable<string>, whole: (id: string) => boolean): void {
    const added = [];
    for (const id of ids) {
      const view = editor.views.value.get(id)!;
      const p = editor.points.value.get(id)!;
      const was = nodes.get(id);
      const now = { view, at: p, whole: whole(id) };
      const node = was && flow.findNode(id);
      if (!node) {
        added.push({ ...asNode(view, p), type: now.whole ? 'script' : 'plain' });
      } else {
        if (was.view !== view) {
          const fresh = asNode(view, p);
          Object.assign(node, { data: fresh.data, dimensions: (fresh as unknown as typeof node).dimensions, handleBounds: bounds(view) });
        }
        if (was.at.x !== p.x || was.at.y !== p.y) {
          node.position = { x: p.x, y: p.y };
          node.computedPosition = { ...node.computedPosition, x: p.x, y: p.y };
        }
        if (was.whole !== now.whole) node.type = now.whole ? 'script' : 'plain';
      }
      nodes.set(id, now);
    }
    if (added.length === 0) return;
    if (nodes.size === added.length) flow.setNodes(added);
    else flow.addNodes(added);
  }
  function drop(ids: readonly string[]): void {
    if (ids.length === 0) return;
    ids.forEach((id) => nodes.delete(id));
    flow.removeNodes([...ids]);
  }

  function draw(edges: Iterable<Edge>): void {
    for (const e of edges) {
      const was = ways.get(e.id);
      const line = { id: e.id, edge: e, d: curve(...endsOf(e, editor.views.value.get(e.source)!, placeOf(e.source), placeOf(e.target)), shown()), look: lookOf(e), label: `${e.source} ${e.on} → ${e.target}` };
      if (!was || was.d !== line.d || was.look !== line.look || was.label !== line.label) ways.set(e.id, line);
    }
    lines.value = [...ways.values()];
  }
  const redraw = () => draw([...ways.values()].map((l) => l.edge));

  // left tells what is still to be done until what is near is there and what is far is not.
  function left() {
    const readably = flow.viewport.value.zoom >= readable || !isLarge();
    const stays = wanted();
    const now = nearby(editor.graph.value, editor.points.value, shown(), stays);
    const here = new Set(now.ways.map((e) => e.id));
    return {
      nearby: now,
      whole: readably ? [...now.whole].filter((id) => !nodes.get(id)?.whole) : [],
      plain: [...now.plain, ...(readably ? [] : now.whole)].filter((id) => !nodes.has(id)),
      ways: now.ways.filter((e) => !ways.has(e.id)),
      // What is chosen stays as it is: it may be on its way to here.
      fade: [...nodes].filter(([id, d]) => d.whole && now.plain.has(id) && !stays.has(id)).map(([id]) => id),
      unlink: [...ways.keys()].filter((id) => !here.has(id)),
      gone: [...nodes.keys()].filter((id) => !now.whole.has(id) && !now.plain.has(id)),
    };
  }

  // sync brings the document's graph to the canvas, at once.
  function sync(): void {
    moving.value = new Map();
    const edges = new Map(editor.graph.value.edges.map((e) => [e.id, e.target]));
    const stale = flow.edges.value.filter((e) => edges.get(e.id) !== e.target);
    if (stale.length > 0) flow.removeEdges(stale.map((e) => e.id));
    const todo = left();
    drop(todo.gone);
    const { whole, plain } = todo.nearby;
    const changed = [...whole, ...plain].filter((id) => {
      const was = nodes.get(id);
      const p = editor.points.value.get(id)!;
      return !was || was.view !== editor.views.value.get(id) || was.at.x !== p.x || was.at.y !== p.y || (whole.has(id) && !was.whole);
    });
    put(changed, (id) => whole.has(id) || (nodes.get(id)?.whole ?? false));
    todo.unlink.forEach((id) => ways.delete(id));
    draw(todo.nearby.ways);
  }

  // step does a frame's share of what is left, what is seen first.
  function step(): void {
    waiting = 0;
    if (reframed) redraw(); // far ways are drawn as far as the frame
    reframed = false;
    const todo = left();
    const seen = (id: string) => meets(sight, editor.points.value.get(id)!, editor.views.value.get(id)!.width, editor.views.value.get(id)!.height);
    const first = (ids: string[]) => [...ids.filter(seen), ...ids.filter((id) => !seen(id))];
    const whole = first(todo.whole).slice(0, most.nodes);
    const plain = first(todo.plain).slice(0, most.plain);
    const edges = todo.ways.slice(0, most.ways);
    put(whole, () => true);
    put(plain, () => false);
    if (edges.length > 0) draw(edges);
    let busy = whole.length + plain.length + edges.length > 0;
    if (!busy) {
      if (todo.unlink.length > 0) {
        todo.unlink.forEach((id) => ways.delete(id));
        lines.value = [...ways.values()];
      }
      const [gone, fade] = [todo.gone.slice(0, most.gone), todo.fade.slice(0, most.gone)];
      drop(gone);
      put(fade, () => false);
      busy = gone.length + fade.length > 0;
    }
    if (busy) later();
  }
  const later = () => (waiting ||= requestAnimationFrame(step));
  function around(): void {
    frame.value = widen(sight, 0.5);
    reframed = true;
    later();
  }

  watch(flow.viewport, (v) => {
    const { width, height } = flow.dimensions.value;
    if (!isLarge() || width === 0) return;
    sight = sightOf(v, width, height);
    const zoomed = (frame.value.right - frame.value.left) * v.zoom > 4 * width;
    if (contains(frame.value, sight) && !zoomed) return;
    around();
  }, { deep: true });
  watch([editor.graph, editor.points], sync);
  watch([editor.overlay, editor.talk], redraw);
  flow.onNodesChange((changes) => {
    const moved = changes.flatMap((c) => (c.type === 'position' && c.dragging && c.position ? [[c.id, { x: c.position.x, y: c.position.y }] as const] : []));
    if (moved.length === 0) return;
    moving.value = new Map([...moving.value, ...moved]);
    const ids = new Set(moved.map(([id]) => id));
    draw([...ways.values()].map((l) => l.edge).filter((e) => ids.has(e.source) || ids.has(e.target)));
  });
  onScopeDispose(() => cancelAnimationFrame(waiting));
  sync();

  return {
    lines, shown,
    /** outlines are boxes in the places of nodes; one that is dragged has none. */
    outlines: computed(() => {
      if (!isLarge()) return '';
      const near = editor.graph.value.nodes.filter((v) => !moving.value.has(v.id) && meets(frame.value, editor.points.value.get(v.id)!, v.width, v.height));
      return boxes(near.map((v) => [v, editor.points.value.get(v.id)!] as const));
    }),
    /** widen draws what lies around what is seen, a few nodes a frame. */
    widen: () => void requestAnimationFrame(() => setTimeout(() => isLarge() && flow.viewportRef.value && around())), // once that is painted
    /** bring puts what was chosen on the canvas, as far away as it may be. */
    bring: () => put([...editor.selected.value].filter((id) => !nodes.has(id) && editor.views.value.has(id)), () => false),
    /** hold makes a line a way of the canvas, in place of the last one that was not chosen. */
    hold(id: string): GraphEdge | undefined {
      const e = ways.get(id)?.edge;
      if (!e || flow.findEdge(id)) return flow.findEdge(id);
      const last = flow.edges.value.filter((x) => !x.selected).map((x) => x.id);
      if (last.length > 0) flow.removeEdges(last);
      put([e.source, e.target].filter((node) => !nodes.has(node)), () => false);
      flow.addEdges([asEdge(e, () => lookOf(e))]);
      return flow.findEdge(id);
    },
    /** rest ends a drag: nodes are where the document says. */
    rest(): void {
      if (moving.value.size === 0) return;
      moving.value = new Map();
      redraw();
    },
  };
}
