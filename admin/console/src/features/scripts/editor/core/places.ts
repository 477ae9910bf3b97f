// Where a problem is: the server tells the node and the key inside it, or a part of the script as `questions.price`.
export interface Problem {
  severity: 'error' | 'warning';
  node: string;
  at: string;
  line?: number;
  text: string;
}

export const panels = ['node', 'questions', 'intents', 'grades', 'settings', 'variables', 'voice', 'tests', 'problems', 'talk'] as const;
export type Panel = (typeof panels)[number];

const owners: Record<string, Panel> = {
  questions: 'questions', intents: 'intents', corrections: 'intents', anywhere: 'intents', grades: 'grades', settings: 'settings', voice: 'settings', language: 'settings',
  start: 'settings', name: 'settings', trade: 'settings', variables: 'variables', tests: 'tests',
};

// panelOf tells which panel shows what a problem is about.
export function panelOf(p: Pick<Problem, 'node' | 'at'>): Panel {
  if (p.node) return 'node';
  return owners[p.at.split(/[.[]/)[0]] ?? 'problems';
}

export interface Marks {
  errors: number;
  warnings: number;
}

export function marksByNode(problems: readonly Problem[]): Map<string, Marks> {
  const out = new Map<string, Marks>();
  for (const p of problems) {
    if (!p.node) continue;
    const m = out.get(p.node) ?? { errors: 0, warnings: 0 };
    out.set(p.node, { errors: m.errors + (p.severity === 'error' ? 1 : 0), warnings: m.warnings + (p.severity === 'error' ? 0 : 1) });
  }
  return out;
}

// within is whether a place lies at or below another: `branches.affirm` is within `branches`.
export const within = (place: string, of: string): boolean => place === of || place.startsWith(`${of}.`) || place.startsWith(`${of}[`);
