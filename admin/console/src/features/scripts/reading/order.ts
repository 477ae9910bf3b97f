import { nodeIds, type ScriptDocument, startOf, targetOf } from '../editor/core/document';
import { exitsOf } from '../editor/core/graph';

// readDocument reads a script's document, which comes as JSON text. What is no mapping has nothing to show.
export function readDocument(text: string | undefined): ScriptDocument {
  try {
    const got: unknown = JSON.parse(text ?? '');
    return typeof got === 'object' && got !== null && !Array.isArray(got) ? (got as ScriptDocument) : {};
  } catch {
    return {};
  }
}

// readingOrder are the nodes as a talk comes to them: from the start on, the nearer first; what nothing leads to at the end.
export function readingOrder(d: ScriptDocument): string[] {
  const all = new Set(nodeIds(d));
  const seen = new Set<string>();
  const queue = [startOf(d), ...Object.values(d.anywhere ?? {}).map(targetOf), ...Object.values(d.questions ?? {}).map((q) => q?.then ?? ''), ...limits(d)];
  for (const first of queue) {
    const line = [first];
    for (let id = line.shift(); id !== undefined; id = line.shift()) {
      if (!all.has(id) || seen.has(id)) continue;
      seen.add(id);
      line.push(...exitsOf(d.nodes![id]!).map((x) => x.target));
    }
  }
  return [...seen, ...[...all].filter((id) => !seen.has(id))];
}

const limits = (d: ScriptDocument) => [d.settings?.silence?.then ?? '', d.settings?.unmatched?.then ?? '', d.settings?.rounds?.then ?? ''];

// defaultsOf are the variables that a talk may be tried with.
export function defaultsOf(d: ScriptDocument): Record<string, string> {
  return Object.fromEntries(Object.entries(d.variables ?? {}).map(([k, v]) => [k, typeof v === 'object' && v !== null ? String(v.default ?? '') : String(v ?? '')]));
}
