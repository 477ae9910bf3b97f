// Finding words in a script: ids, sentences, labels, branches, questions, intents, variables.
import { at, targetOf, type ScriptDocument } from './document';
import { textPaths } from './rename';

export type HitKind = 'node' | 'question' | 'intent' | 'variable' | 'settings';
export interface Hit {
  kind: HitKind;
  id: string;
  field: string; // '' when the name itself was found
  text: string;
}

const limit = 100;

export function search(d: ScriptDocument, query: string): Hit[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const fits = (text: string) => {
    const low = text.toLowerCase();
    return words.every((w) => low.includes(w));
  };
  const out: Hit[] = [];
  const look = (kind: HitKind, id: string, field: string, text: string | undefined) => {
    if (text && out.length < limit && fits(text)) out.push({ kind, id, field, text });
  };
  for (const [id, n] of Object.entries(d.nodes ?? {})) {
    look('node', id, '', id);
    for (const key of ['say', 'again', 'label', 'sms'] as const) look('node', id, key, n[key]);
    for (const [on, v] of Object.entries(n.branches ?? {})) look('node', id, `branches.${on}`, `${on} ${typeof v === 'string' ? '' : (v.label ?? '')}`.trim());
  }
  for (const [id, q] of Object.entries(d.questions ?? {})) {
    look('question', id, '', id);
    look('question', id, 'answer', q.answer);
    for (const v of q.variants ?? []) look('question', id, 'variants', v);
  }
  for (const [id, i] of Object.entries(d.intents ?? {})) {
    look('intent', id, '', id);
    for (const w of Array.isArray(i) ? i : [...(i.keywords ?? []), ...(i.whole ?? [])]) look('intent', id, 'keywords', w);
  }
  for (const [on, v] of Object.entries(d.anywhere ?? {})) look('settings', 'anywhere', on, `${on} ${targetOf(v)}`);
  for (const id of Object.keys(d.variables ?? {})) look('variable', id, '', id);
  for (const p of textPaths(d)) if (p[0] === 'settings') look('settings', String(p[1]), 'say', at(d, p) as string);
  return out;
}
