import { computed, inject, type InjectionKey, ref, shallowRef } from 'vue';
import { at, type Path, type Point, put, type ScriptDocument } from '../core/document';
import { graphReader, removeNodes } from '../core/graph';
import { begin, change as step, redo as forth, undo as back } from '../core/history';
import { layered } from '../core/layered';
import { place, positions } from '../core/layout';
import type { Overlay } from '../core/overlay';
import { marksByNode, type Panel, type Problem, within } from '../core/places';

// createEditor is the state of one open script: the document with its history, what is chosen, what is wrong, and what is
// drawn over the flow. It asks the server for nothing.
export function createEditor(id: number, first: ScriptDocument, readOnly: boolean, now: () => number = Date.now) {
  const history = shallowRef(begin(first));
  const document = computed(() => history.value.present);
  const read = graphReader();
  const graph = computed(() => read(document.value));
  const views = computed(() => new Map(graph.value.nodes.map((v) => [v.id, v])));

  // Where nodes stand that the document has no place for. It is kept, so that nodes do not jump while others are edited.
  const found = new Map<string, Point>();
  const points = computed(() => {
    const d = document.value;
    const layout = { ...d.layout };
    for (const n of graph.value.nodes) if (!layout[n.id] && found.has(n.id)) layout[n.id] = found.get(n.id)!;
    const all = positions({ ...d, layout }, graph.value);
    for (const [node, p] of all) found.set(node, p);
    return all;
  });

  const selected = shallowRef<readonly string[]>([]);
  const panel = ref<Panel | ''>('node');
  const field = shallowRef(''); // the place in the node or the document that a problem or a search led to
  const reveal = shallowRef({ node: '', count: 0 }); // the canvas brings this node into view
  const problems = shallowRef<Problem[]>([]);
  const overlay = shallowRef<Overlay | null>(null);
  const talk = shallowRef<{ node: string; path: ReadonlySet<string> }>({ node: '', path: new Set() });
  const recorded = shallowRef<ReadonlyMap<string, string>>(new Map()); // state of a recording by node
  const marks = computed(() => marksByNode(problems.value));

  function change(to: ScriptDocument, about = ''): void {
    if (readOnly) return;
    history.value = step(history.value, to, about, now());
    keepSelection();
  }
  const set = (path: Path, value: unknown) => change(put(document.value, path, value), path.join('/'));
  function keepSelection(): void {
    const nodes = document.value.nodes ?? {};
    if (selected.value.some((n) => !Object.hasOwn(nodes, n))) selected.value = selected.value.filter((n) => Object.hasOwn(nodes, n));
  }
  function undo(): void {
    history.value = back(history.value);
    keepSelection();
  }
  function redo(): void {
    history.value = forth(history.value);
    keepSelection();
  }
  function replace(d: ScriptDocument): void {
    history.value = begin(d);
    found.clear();
    keepSelection();
  }

  function select(ids: readonly string[], how: { reveal?: boolean; panel?: Panel; field?: string } = {}): void {
    if (ids.length !== selected.value.length || ids.some((n, i) => n !== selected.value[i])) selected.value = ids;
    field.value = how.field ?? '';
    if (how.panel) panel.value = how.panel;
    if (how.reveal && ids[0]) reveal.value = { node: ids[0], count: reveal.value.count + 1 };
  }
  function move(moved: ReadonlyMap<string, Point>): void {
    change(place(document.value, [...points.value, ...moved]));
  }
  function arrange(): void {
    change(place(document.value, layered(graph.value)));
  }
  function remove(ids: readonly string[]): void {
    if (ids.length > 0) change(removeNodes(place(document.value, points.value), ids));
  }

  const problemsAt = (node: string, place: string) => problems.value.filter((p) => p.node === node && within(p.at, place));

  return {
    id, readOnly, document, graph, views, points, selected, panel, field, reveal, problems, marks, overlay, talk, recorded,
    canUndo: computed(() => history.value.past.length > 0), canRedo: computed(() => history.value.future.length > 0),
    change, set, undo, redo, replace, select, move, arrange, remove, problemsAt,
    // bound is a part of the document as a field is bound to it. Empty is not written.
    bound<T>(path: () => Path, empty?: T) {
      return computed<T>({
        get: () => (at(document.value, path()) ?? empty) as T,
        set: (v) => set(path(), v === '' || v === null || (v as unknown) === undefined ? undefined : v),
      });
    },
  };
}

export type Editor = ReturnType<typeof createEditor>;
export const editorKey: InjectionKey<Editor> = Symbol('editor');

export function useEditor(): Editor {
  const e = inject(editorKey);
  if (!e) throw new Error('this component belongs into a script editor');
  return e;
}
