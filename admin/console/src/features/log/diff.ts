export type Side = Record<string, unknown> | null | undefined;
export interface Change {
  path: string[]; // of the field: ['window', 'from']
  kind: 'added' | 'removed' | 'changed' | 'same';
  before: unknown;
  after: unknown;
  // What came and went, where both sides are lists of plain values.
  gained?: unknown[];
  lost?: unknown[];
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isPlainList = (v: unknown): v is unknown[] => Array.isArray(v) && v.every((x) => typeof x !== 'object' || x === null);
const alike = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const blank = (v: unknown) => v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0) || (isObject(v) && Object.keys(v).length === 0);

// diff lists what differs between two sides of a change, field by field, objects by their own fields. A side that is
// missing makes all fields of the other one new, or gone. What is empty on both sides is no difference.
export function diff(before: Side, after: Side, at: string[] = []): Change[] {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return keys.flatMap((k) => {
    const [was, is, path] = [before?.[k], after?.[k], [...at, k]];
    if (blank(was) && blank(is)) return [];
    if ((isObject(was) || blank(was)) && (isObject(is) || blank(is))) return diff(isObject(was) ? was : null, isObject(is) ? is : null, path);
    if (alike(was, is)) return [];
    const kind = blank(was) ? 'added' : blank(is) ? 'removed' : 'changed';
    const change: Change = { path, kind, before: was, after: is };
    if (isPlainList(was) && isPlainList(is)) {
      change.gained = is.filter((x) => !was.includes(x));
      change.lost = was.filter((x) => !is.includes(x));
    }
    return [change];
  });
}
