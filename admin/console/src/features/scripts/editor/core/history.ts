// Undo and redo. A step is the document before it; documents share what did not change, so that a hundred steps cost little.
export interface History<T> {
  readonly past: readonly Step<T>[];
  readonly present: T;
  readonly future: readonly Step<T>[];
}
interface Step<T> {
  value: T;
  about: string; // what was changed: typing on in the same field is one step
  at: number; // ms
}

const most = 200;
const together = 1500; // ms between two changes of the same thing that are still one step

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [] });

export function change<T>(h: History<T>, to: T, about: string, now: number): History<T> {
  if (to === h.present) return h;
  const last = h.past.at(-1);
  if (last && about && last.about === about && now - last.at < together && h.future.length === 0) {
    return { past: [...h.past.slice(0, -1), { ...last, at: now }], present: to, future: [] };
  }
  return { past: [...h.past, { value: h.present, about, at: now }].slice(-most), present: to, future: [] };
}

export function undo<T>(h: History<T>): History<T> {
  const last = h.past.at(-1);
  if (!last) return h;
  return { past: h.past.slice(0, -1), present: last.value, future: [{ ...last, value: h.present, at: 0 }, ...h.future] };
}

export function redo<T>(h: History<T>): History<T> {
  const [next, ...rest] = h.future;
  if (!next) return h;
  return { past: [...h.past, { ...next, value: h.present, at: 0 }], present: next.value, future: rest };
}
