import type { GraphEdge, VueFlowStore } from '@vue-flow/core';
import { onScopeDispose, watch } from 'vue';
import type { Point } from '../core/document';
import type { Edge, NodeView } from '../core/graph';
import { contains, everything, type Frame, meets, nearby, type Seen, sightOf, widen } from '../core/near';
import type { Editor } from '../state/useEditor';
import { asEdge, asNode, bounds } from './flowNodes';

const large = 60; // nodes; a smaller flow is on the canvas as a whole
export const readable = 0.3; // zoom; below it a box tells as much as a node
// What is drawn and taken away in a frame while the canvas moves, so that no frame is a long one.
const most = { nodes: 3, boxes: 24, ways: 12, gone: 24 };

interface Drawn {
  view: NodeView;
  at: Point;
  whole: boolean;
}

// useDrawn keeps on the canvas what of the document's graph is near what is seen, and changes there what changed in the
// document. A change of the document is shown at once; what comes near while the canvas moves, a few nodes a frame.
export function useDrawn(flow: VueFlowStore, editor: Editor, opening: Seen, classOf: (e: GraphEdge) => string) {
  const nodes = new Map<string, Drawn>();
  const ways = new Map<string, Edge>();
  let sight = sightOf(opening, innerWidth, innerHeight);
  let frame: Frame = widen(sight, 0.1); // little at first: opening is waited for
  let waiting = 0;

  const isLarge = () => editor.graph.value.nodes.length > large;
  const chosen = () => editor.selected.value;

  // put brings nodes to the canvas, or changes those that are there.
  function put(ids: Iterable<string>, whole: (id: string) => boolean): void {
    const added = [];
    for (const id of ids) {
      const view = views.get(id)!;
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
  function link(edges: readonly Edge[]): void {
    if (edges.length === 0) return;
    const none = ways.size === 0;
    for (const e of edges) ways.set(e.id, e);
    const made = edges.map((e) => asEdge(e, classOf));
    if (none) flow.setEdges(made);
    else flow.addEdges(made);
  }
  function unlink(ids: readonly string[]): void {
    if (ids.length === 0) return;
    ids.forEach((id) => ways.delete(id));
    flow.removeEdges([...ids]);
  }
  function drop(ids: readonly string[]): void {
    if (ids.length === 0) return;
    ids.forEach((id) => nodes.delete(id));
    flow.removeNodes([...ids]);
  }

  let views = new Map<string, NodeView>();
  // left tells what is still to be done until what is near is there and what is far is not.
  function left() {
    const { graph, points } = editor;
    const shown = isLarge() ? frame : everything;
    const now = nearby(graph.value, points.value, shown, chosen());
    const here = new Map(now.ways.map((e) => [e.id, e]));
    const stays = new Set(chosen());
    return {
      nearby: now,
      nodes: [...now.whole].filter((id) => !nodes.get(id)?.whole),
      ways: now.ways.filter((e) => ways.get(e.id)?.target !== e.target),
      plain: [...now.plain].filter((id) => !nodes.has(id)),
      // What is chosen stays as it is: it may be on its way to here.
      fade: [...nodes].filter(([id, d]) => d.whole && now.plain.has(id) && !stays.has(id)).map(([id]) => id),
      unlink: [...ways.values()].filter((e) => here.get(e.id)?.target !== e.target).map((e) => e.id),
      gone: [...nodes.keys()].filter((id) => !now.whole.has(id) && !now.plain.has(id)),
    };
  }

  // sync brings the document's graph to the canvas, at once.
  function sync(): void {
    views = new Map(editor.graph.value.nodes.map((v) => [v.id, v]));
    const todo = left();
    unlink(todo.unlink);
    drop(todo.gone);
    const { whole, plain } = todo.nearby;
    const changed = [...whole, ...plain].filter((id) => {
      const was = nodes.get(id);
      const p = editor.points.value.get(id)!;
      return !was || was.view !== views.get(id) || was.at.x !== p.x || was.at.y !== p.y || (whole.has(id) && !was.whole);
    });
    put(changed, (id) => whole.has(id) || (nodes.get(id)?.whole ?? false));
    link(todo.ways);
  }

  // step does a frame's share of what is left, what is seen first.
  function step(): void {
    waiting = 0;
    const todo = left();
    const zoom = flow.viewport.value.zoom;
    const seen = (id: string) => meets(sight, editor.points.value.get(id)!, views.get(id)!.width, views.get(id)!.height);
    const first = todo.nodes.filter(seen);
    const rest = todo.nodes.filter((id) => !first.includes(id));
    const boxes = [...first, ...rest].filter((id) => !nodes.has(id)).slice(0, most.boxes);
    const next = zoom < readable ? [] : [...first, ...rest].slice(0, most.nodes);
    put(boxes.filter((id) => !next.includes(id)), () => false);
    put(next, () => true);
    const edges = todo.ways.slice(0, most.ways);
    const ends = new Set(edges.flatMap((e) => [e.source, e.target]).filter((id) => !nodes.has(id)));
    put(ends, () => false);
    unlink(edges.filter((e) => ways.has(e.id)).map((e) => e.id));
    link(edges);
    let busy = boxes.length + next.length + edges.length > 0;
    if (!busy) {
      const [unlinked, gone, fade] = [todo.unlink.slice(0, most.gone), todo.gone.slice(0, most.gone), todo.fade.slice(0, most.gone)];
      unlink(unlinked);
      if (unlinked.length === 0) drop(gone);
      put(fade, () => false);
      busy = unlinked.length + gone.length + fade.length > 0;
    }
    if (busy) later();
  }
  const later = () => (waiting ||= requestAnimationFrame(step));

  watch(flow.viewport, (v) => {
    const { width, height } = flow.dimensions.value;
    if (!isLarge() || width === 0) return;
    sight = sightOf(v, width, height);
    const zoomed = (frame.right - frame.left) * v.zoom > 4 * width;
    if (contains(frame, sight) && !zoomed) return;
    frame = widen(sight, 0.5);
    later();
  }, { deep: true });
  watch([editor.graph, editor.points], sync);
  onScopeDispose(() => cancelAnimationFrame(waiting));
  sync();

  return {
    /** bring puts what was chosen on the canvas, as far away as it may be. */
    bring: () => put([...chosen()].filter((id) => !nodes.has(id) && views.has(id)), () => false),
  };
}
