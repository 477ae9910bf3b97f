import type { Talk, TalkInput, TalkMatch } from '@/api/types';

export type Line =
  | { key: string; who: 'callee'; text: string; did?: Did; match?: TalkMatch; via: string; from: string; to: string }
  | { key: string; who: 'robot'; text: string; node: string }
  | { key: string; who: 'note'; what: Note; text: string };
export type Did = 'digits' | 'silence' | 'interrupted' | 'connected' | 'failed';
export type Note = 'label' | 'sms' | 'transfer' | 'transferGroup' | 'leave' | 'model' | 'modelFailed' | 'modelChose' | 'resume' | 'end';

// readInput reads what somebody typed: a sentence, or one of <digits 12>, <silence>, <interrupted>, <connected>, <failed> and
// <model what it answers>, as a test case of a script writes them.
export function readInput(typed: string): TalkInput | undefined {
  const text = typed.trim();
  if (!text) return undefined;
  const digits = /^<digits\s+([0-9*#]+)>$/.exec(text)?.[1];
  if (digits) return { digits };
  const model = /^<model\s+([^]+)>$/.exec(text)?.[1]?.trim();
  if (model) return { model };
  if (text === '<silence>') return { silence: true };
  if (text === '<interrupted>') return { interrupted: true };
  if (text === '<connected>' || text === '<failed>') return { transfer: text === '<connected>' ? 'connected' : 'failed' };
  return { say: text };
}

// written is an input as a test case writes it.
export function written(i: TalkInput): string {
  if (i.digits) return `<digits ${i.digits}>`;
  if (i.transfer) return `<${i.transfer}>`;
  if (i.model) return `<model ${i.model}>`;
  if (i.model_failed) return '<failed>';
  if (i.silence) return '<silence>';
  return i.interrupted ? '<interrupted>' : (i.say ?? '');
}

function did(input: string): { did?: Did; text: string } {
  const i = readInput(input);
  if (i?.digits) return { did: 'digits', text: i.digits };
  if (i?.transfer) return { did: i.transfer as Did, text: '' };
  if (i?.silence || i?.interrupted) return { did: i.silence ? 'silence' : 'interrupted', text: '' };
  return { text: input };
}

// linesOf shows a talk as a conversation: what the callee did with what it was taken for, what the robot says with its node,
// and what else happens. Listening is no line: it is what comes after every sentence.
export function linesOf(talk: Pick<Talk, 'steps'>): Line[] {
  return (talk.steps ?? []).flatMap((s, i) => {
    const lines: Line[] = [];
    const model = readInput(s.input)?.model;
    // What the model says in words is spoken by the robot; only a case that it chose stands for itself.
    if (s.failed) lines.push({ key: `${i}`, who: 'note', what: 'modelFailed', text: s.failed });
    else if (model && s.via.startsWith('model ') && s.via !== 'model answered') lines.push({ key: `${i}`, who: 'note', what: 'modelChose', text: model });
    else if (s.input && s.input !== '<start>' && !model) lines.push({ key: `${i}`, who: 'callee', ...did(s.input), match: s.match, via: s.via, from: s.from, to: s.to });
    (s.actions ?? []).forEach((a, j) => {
      const key = `${i}.${j}`;
      if (a.do === 'speak') lines.push({ key, who: 'robot', text: a.text ?? '', node: a.node ?? '' });
      else if (a.do === 'label') lines.push({ key, who: 'note', what: 'label', text: a.label ?? '' });
      else if (a.do === 'sms') lines.push({ key, who: 'note', what: 'sms', text: a.label ?? a.key ?? '' });
      else if (a.do === 'transfer') lines.push({ key, who: 'note', what: a.extension ? 'transfer' : 'transferGroup', text: a.extension ?? '' });
      else if (a.do === 'ask_model') lines.push({ key, who: 'note', what: 'model', text: '' });
      else if (a.do === 'leave' || a.do === 'resume') lines.push({ key, who: 'note', what: a.do, text: '' });
      else if (a.do === 'end') lines.push({ key, who: 'note', what: 'end', text: a.cause ?? '' });
    });
    return lines;
  });
}

// lastSaid is where the last input of the callee stands: what the model answered to it goes with it.
export function lastSaid(inputs: TalkInput[]): number {
  let at = inputs.length - 1;
  while (at > 0 && (inputs[at]!.model || inputs[at]!.model_failed)) at--;
  return Math.max(at, 0);
}

// visited are the nodes that the talk came through, each once, in their order.
export function visited(talk: Pick<Talk, 'steps'>): string[] {
  return [...new Set((talk.steps ?? []).flatMap((s) => (s.path?.length ? s.path : [s.to])).filter(Boolean))];
}
