// A name changes everywhere that it is used: nodes, variables and intents.
import { at, type Branches, type BranchValue, put, renameKey, type ScriptDocument, targetOf } from './document';
import { connect, exitsOf } from './graph';

// renameNode gives a node another id: in its place, in every way that leads to it, in tests, grades and the layout. Its
// recording keeps its key, since that is what the file is found by.
export function renameNode(d: ScriptDocument, from: string, to: string): ScriptDocument {
  if (from === to || !Object.hasOwn(d.nodes ?? {}, from) || Object.hasOwn(d.nodes ?? {}, to)) return d;
  let out = put(d, ['nodes'], renameKey(d.nodes!, from, to));
  const moved = out.nodes![to];
  if (moved.say && !moved.prompt) out = put(out, ['nodes', to, 'prompt'], from);
  if (moved.again && !moved.again_prompt) out = put(out, ['nodes', to, 'again_prompt'], `${from}-again`);
  if (d.layout && Object.hasOwn(d.layout, from)) out = put(out, ['layout'], renameKey(d.layout, from, to));
  for (const [id, n] of Object.entries(out.nodes ?? {})) {
    for (const x of exitsOf(n)) if (x.target === from) out = connect(out, id, x.handle, to);
  }
  if (out.start === from) out = put(out, ['start'], to);
  for (const [on, v] of Object.entries(out.anywhere ?? {})) {
    if (targetOf(v) === from) out = put(out, typeof v === 'string' ? ['anywhere', on] : ['anywhere', on, 'to'], to);
  }
  for (const [id, q] of Object.entries(out.questions ?? {})) if (q.then === from) out = put(out, ['questions', id, 'then'], to);
  for (const part of ['silence', 'unmatched', 'rounds'] as const) {
    if (out.settings?.[part]?.then === from) out = put(out, ['settings', part, 'then'], to);
  }
  const swap = (list: string[] | undefined) => (list?.includes(from) ? list.map((x) => (x === from ? to : x)) : list);
  out.grades?.forEach((_, i) => (out = put(out, ['grades', i, 'when', 'nodes'], swap(out.grades![i].when?.nodes))));
  out.tests?.forEach((_, i) => {
    for (const key of ['path', 'never'] as const) out = put(out, ['tests', i, 'expect', key], swap(out.tests![i].expect?.[key]));
    if (out.tests![i].expect?.end === from) out = put(out, ['tests', i, 'expect', 'end'], to);
  });
  return out;
}

// renameVariable changes $(name) in all texts, and where the variable is compared, filled or given.
export function renameVariable(d: ScriptDocument, from: string, to: string): ScriptDocument {
  if (from === to || !Object.hasOwn(d.variables ?? {}, from) || Object.hasOwn(d.variables ?? {}, to)) return d;
  const spoken = new RegExp(`\\$\\(\\s*${from.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&')}\\s*\\)`, 'g');
  let out = replaceTexts(put(d, ['variables'], renameKey(d.variables!, from, to)), (s) => s.replace(spoken, `$$(${to})`));
  for (const [id, n] of Object.entries(out.nodes ?? {})) {
    if (n.condition?.variable === from) out = put(out, ['nodes', id, 'condition', 'variable'], to);
    if (n.collect?.into === from) out = put(out, ['nodes', id, 'collect', 'into'], to);
  }
  out.tests?.forEach((c, i) => {
    if (c.variables && Object.hasOwn(c.variables, from)) out = put(out, ['tests', i, 'variables'], renameKey(c.variables, from, to));
  });
  return out;
}

// renameIntent changes it where it is branched on and asked by.
export function renameIntent(d: ScriptDocument, from: string, to: string): ScriptDocument {
  if (from === to || !Object.hasOwn(d.intents ?? {}, from) || Object.hasOwn(d.intents ?? {}, to)) return d;
  let out = put(d, ['intents'], renameKey(d.intents!, from, to));
  const branches = (b: Branches | undefined) => (b && Object.hasOwn(b, from) && !Object.hasOwn(b, to) ? renameKey<BranchValue>(b, from, to) : b);
  for (const [id, n] of Object.entries(out.nodes ?? {})) if (n.branches) out = put(out, ['nodes', id, 'branches'], branches(n.branches));
  if (out.anywhere) out = put(out, ['anywhere'], branches(out.anywhere));
  for (const [id, q] of Object.entries(out.questions ?? {})) if (q.intent === from) out = put(out, ['questions', id, 'intent'], to);
  return out;
}

// textPaths are the places of everything that is spoken.
export function textPaths(d: ScriptDocument): (string | number)[][] {
  const out: (string | number)[][] = [];
  for (const id of Object.keys(d.nodes ?? {})) for (const key of ['say', 'again']) out.push(['nodes', id, key]);
  for (const id of Object.keys(d.nodes ?? {})) out.push(['nodes', id, 'model', 'instructions']);
  for (const id of Object.keys(d.questions ?? {})) out.push(['questions', id, 'answer']);
  for (const part of ['silence', 'unmatched'] as const) {
    d.settings?.[part]?.say?.forEach((s, i) => out.push(typeof s === 'string' ? ['settings', part, 'say', i] : ['settings', part, 'say', i, 'say']));
  }
  return out.filter((p) => typeof at(d, p) === 'string');
}

function replaceTexts(d: ScriptDocument, by: (text: string) => string): ScriptDocument {
  return textPaths(d).reduce((doc, path) => put(doc, path, by(at(doc, path) as string)), d);
}
