// The document of a script as the server keeps it: plain JSON, never changed in place. Every function gives a new document
// that shares what stayed the same, so that an undo step costs what it changed. Keys keep their order.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];

export type BranchValue = string | { to: string; label?: string };
export type Branches = Record<string, BranchValue>;

export interface CollectRule {
  length?: number;
  min?: number;
  max?: number;
  terminator?: string;
  timeout?: string;
  into?: string;
  value?: ValueKind;
}
export const valueKinds = ['number', 'money', 'date', 'phone', 'name', 'text'] as const;
export type ValueKind = (typeof valueKinds)[number];

export interface ScriptNode {
  say?: string;
  prompt?: string;
  again?: string;
  again_prompt?: string;
  interruptible?: boolean;
  label?: string;
  sms?: string;
  visits?: { max?: number; then?: string };
  ignore_unmatched?: string;
  ignore_negative?: string;
  branches?: Branches;
  next?: string;
  jump?: string;
  collect?: CollectRule;
  condition?: { variable?: string; is?: Record<string, string>; else?: string };
  transfer?: { extension?: string; timeout?: string; failed?: string };
  model?: { instructions?: string; turns?: number; timeout?: string; failed?: string };
  hangup?: boolean;
}

export type Saying = string | { say: string; prompt?: string };
export interface LimitRule {
  after?: string;
  max?: number;
  say?: Saying[];
  then?: string;
}
export interface Settings {
  interruptible?: boolean;
  greeting_delay?: string;
  longest_call?: string;
  silence?: LimitRule;
  unmatched?: LimitRule;
  rounds?: { max?: number; then?: string };
  endpoint?: { matched?: string; default?: string; open?: string };
}

export interface Question {
  intent?: string;
  variants?: string[];
  answer?: string;
  prompt?: string;
  then?: string;
  repeat?: boolean;
  label?: string;
}
export type Intent = string[] | { keywords?: string[]; whole?: string[] };

export const variableFormats = ['text', 'money', 'number', 'digits', 'date', 'time', 'phone', 'name'] as const;
export type VariableFormat = (typeof variableFormats)[number];
export type Variable = null | string | number | boolean | { default?: string | number; format?: VariableFormat };

export type Count = number | { min?: number; max?: number };
export const countKeys = ['affirmed', 'refused', 'questions', 'interactions', 'unmatched', 'silences'] as const;
export type CountKey = (typeof countKeys)[number];
export interface GradeWhen extends Partial<Record<CountKey, Count>> {
  labels?: string[];
  without?: string[];
  nodes?: string[];
  talk?: string | { min?: string; max?: string };
}
export interface GradeRule {
  grade: string;
  when?: GradeWhen;
  name?: string;
}

export interface TestCase {
  name: string;
  variables?: Record<string, string>;
  says?: string[];
  expect?: { path?: string[]; never?: string[]; labels?: string[]; grade?: string; end?: string; sms?: string[] };
}

export interface Point {
  x: number;
  y: number;
}

export interface ScriptDocument {
  script?: number;
  name?: string;
  language?: string;
  trade?: string;
  description?: string;
  voice?: string | { name?: string; speed?: number; background?: string; background_level?: number };
  settings?: Settings;
  variables?: Record<string, Variable>;
  corrections?: Record<string, string>;
  start?: string;
  nodes?: Record<string, ScriptNode>;
  anywhere?: Branches;
  questions?: Record<string, Question>;
  intents?: Record<string, Intent>;
  grades?: GradeRule[];
  tests?: TestCase[];
  layout?: Record<string, Point>;
}

export const builtinIntents = [
  'affirm', 'negate', 'refuse', 'do_not_call', 'busy', 'callback_later', 'who_is_calling', 'number_source', 'price', 'are_you_robot', 'repeat', 'transfer_to_agent',
  'wrong_person', 'greet', 'goodbye', 'hold_on',
] as const;

export const kinds = ['say', 'ask', 'collect', 'value', 'condition', 'jump', 'transfer', 'model', 'hangup'] as const;
export type Kind = (typeof kinds)[number];

// kindOf tells what a node does by the key that it has. A node without any is one that speaks and leads nowhere yet.
export function kindOf(n: ScriptNode): Kind {
  if (n.hangup !== undefined) return 'hangup';
  if (n.transfer) return 'transfer';
  if (n.condition) return 'condition';
  if (n.jump !== undefined) return 'jump';
  if (n.model) return 'model';
  if (n.collect) return n.collect.value ? 'value' : 'collect';
  if (n.branches) return 'ask';
  return 'say';
}

export const speaks = (k: Kind): boolean => k !== 'condition' && k !== 'jump';
export const listens = (k: Kind): boolean => k === 'ask' || k === 'collect' || k === 'value' || k === 'model';

export const nodeIds = (d: ScriptDocument): string[] => Object.keys(d.nodes ?? {});
export const startOf = (d: ScriptDocument): string => d.start ?? nodeIds(d)[0] ?? '';
export const targetOf = (b: BranchValue | undefined): string => (typeof b === 'string' ? b : (b?.to ?? ''));
export const defaultOf = (v: Variable): string => (v === null || v === undefined ? '' : typeof v === 'object' ? String(v.default ?? '') : String(v));

// at reads a value; undefined when a part of the way is missing.
export function at(of: unknown, path: Path): unknown {
  let here: unknown = of;
  for (const step of path) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

// put sets the value at a path, and undefined takes it out. Mappings on the way are made; an entry that stays keeps its place.
// A mapping that lost its last key goes too, unless `keep` names it.
export function put<T>(of: T, path: Path, value: unknown, keep: (path: Path) => boolean = keepEmpty): T {
  return set(of, path, 0, value, keep) as T;
}
// Mappings that mean something although they are empty: things that the author named, and what tells what a node does.
const named = new Set<unknown>(['nodes', 'questions', 'intents', 'variables', 'tests', 'grades']);
function keepEmpty(path: Path): boolean {
  if (path.length < 2) return path.length === 0 || path[0] === 'nodes';
  if (path.length === 2) return named.has(path[0]);
  return path.length === 3 && path[0] === 'nodes' && path[2] !== 'visits';
}

function set(here: unknown, path: Path, depth: number, value: unknown, keep: (path: Path) => boolean): unknown {
  if (depth === path.length) return value;
  const step = path[depth];
  if (Array.isArray(here)) {
    const i = Number(step);
    const next = set(here[i], path, depth + 1, value, keep);
    if (next === here[i] && i in here) return here;
    return next === undefined ? here.filter((_, j) => j !== i) : Object.assign([...here], { [i]: next });
  }
  const old = here !== null && typeof here === 'object' ? (here as Record<string, unknown>) : {};
  const key = String(step);
  const next = set(Object.hasOwn(old, key) ? old[key] : undefined, path, depth + 1, value, keep);
  if (Object.hasOwn(old, key) ? next === old[key] : next === undefined) return here;
  if (next !== undefined) return withKey(old, key, next);
  const { [key]: _gone, ...rest } = old;
  return Object.keys(rest).length === 0 && !keep(path.slice(0, depth)) ? undefined : rest;
}

// withKey is the object with one more or another value. `__proto__` is a name as any other here.
function withKey(o: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  const out = { ...o };
  Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  return out;
}

// renameKey gives an entry another key at the same place.
export function renameKey<V>(o: Record<string, V>, from: string, to: string): Record<string, V> {
  return Object.fromEntries(Object.entries(o).map(([k, v]) => [k === from ? to : k, v]));
}

// moveKey puts an entry before or after its neighbour.
export function moveKey<V>(o: Record<string, V>, key: string, by: number): Record<string, V> {
  const all = Object.entries(o);
  const i = all.findIndex(([k]) => k === key);
  const j = i + by;
  if (i < 0 || j < 0 || j >= all.length) return o;
  [all[i], all[j]] = [all[j], all[i]];
  return Object.fromEntries(all);
}

// nameForm is what the server takes as the name of a node, a variable or an intent.
export const nameForm = /^[\p{L}\p{Nd}_-]{1,64}$/u;

// freeName is the name itself, or the name with the first number that is not taken.
export function freeName(wanted: string, taken: (name: string) => boolean): string {
  if (!taken(wanted)) return wanted;
  const stem = wanted.replace(/-\d+$/, '').slice(0, 58);
  for (let i = 2; ; i++) if (!taken(`${stem}-${i}`)) return `${stem}-${i}`;
}
