// What differs within a text, so that one changed word in a long sentence is seen.
export interface Piece {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

const most = 250_000; // comparisons; beyond, the whole text counts as changed

// tokens are words, and single characters where words are not parted by spaces.
export const tokens = (text: string): string[] => text.match(/[A-Za-z0-9_$()]+|\s+|[^]/gu) ?? [];

// pieces compares two texts by their longest common sequence of tokens.
export function pieces(before: string, after: string): Piece[] {
  const a = tokens(before);
  const b = tokens(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const out: Piece[] = [];
  add(out, 'same', a.slice(0, head));
  for (const p of middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) add(out, p.kind, [p.text]);
  add(out, 'same', a.slice(a.length - tail));
  return out;
}

function middle(a: string[], b: string[]): Piece[] {
  const out: Piece[] = [];
  if (a.length * b.length > most || a.length === 0 || b.length === 0) {
    add(out, 'gone', a);
    add(out, 'new', b);
    return out;
  }
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      add(out, 'same', [a[i++]!]);
      j++;
    } else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) add(out, 'gone', [a[i++]!]);
    else add(out, 'new', [b[j++]!]);
  }
  add(out, 'gone', a.slice(i));
  add(out, 'new', b.slice(j));
  return out;
}

function add(out: Piece[], kind: Piece['kind'], more: string[]): void {
  const text = more.join('');
  if (!text) return;
  const last = out.at(-1);
  if (last?.kind === kind) last.text += text;
  else out.push({ kind, text });
}
