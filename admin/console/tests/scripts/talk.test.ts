import { describe, expect, it } from 'vitest';
import type { TalkInput, TalkStep } from '@/api/types';
import { lastSaid, linesOf, readInput, visited, written } from '@/features/scripts/talk/lines';
import { type Conversation, readSaid, silent, told } from '@/features/scripts/talk/voice/conversation';

const step = (more: Partial<TalkStep>): TalkStep => ({ input: '', from: '', to: '', path: [], phase: 'listening', via: '', actions: [], ...more });

describe('what is typed', () => {
  it.each<[string, TalkInput | undefined]>([
    [' 可以 ', { say: '可以' }],
    ['<digits 12#>', { digits: '12#' }],
    ['<silence>', { silence: true }],
    ['<interrupted>', { interrupted: true }],
    ['<failed>', { transfer: 'failed' }],
    ['<model 好的。您来吗？>', { model: '好的。您来吗？' }],
    ['<digits x>', { say: '<digits x>' }],
    ['   ', undefined],
  ])('%j is %j', (typed, input) => {
    expect(readInput(typed)).toEqual(input);
    if (input) expect(readInput(written(input))).toEqual(input);
  });
});

describe('a talk as lines', () => {
  const steps = [
    step({ input: '<start>', to: 'hello', path: ['hello'], actions: [{ do: 'speak', node: 'hello', text: '您好' }, { do: 'listen' }] }),
    step({ input: '可以', from: 'hello', to: 'pitch', path: ['sorted', 'pitch'], via: 'affirm', match: { kind: 'intent', intent: 'affirm', rule: '可以', score: 1, runner_up: '', runner_up_score: 0, correction: '' }, actions: [{ do: 'label', label: '有兴趣' }, { do: 'speak', node: 'pitch', text: '好的' }] }),
    step({ input: '<digits 2>', from: 'pitch', to: 'bye', path: ['bye'], via: 'digits', actions: [{ do: 'transfer', extension: '1001' }, { do: 'leave' }, { do: 'end', cause: 'hangup_node' }, { do: 'shrug' as never }] }),
  ];
  it('show who said what, and what else happened', () => {
    expect(linesOf({ steps }).map((l) => [l.who, l.text])).toEqual([
      ['robot', '您好'], ['callee', '可以'], ['note', '有兴趣'], ['robot', '好的'], ['callee', '2'], ['note', '1001'], ['note', ''], ['note', 'hangup_node'],
    ]);
    expect(linesOf({ steps })[4]).toMatchObject({ did: 'digits', via: 'digits' });
    expect(new Set(linesOf({ steps }).map((l) => l.key)).size).toBe(8);
  });
  it('tell what the model decided and why it did not answer, and leave its words to the robot', () => {
    const model = [
      step({ input: '<model 好的。>', via: 'model answered', actions: [{ do: 'speak', node: 'a', text: '好的。' }] }),
      step({ input: '<model 要看房>', via: 'model 1' }),
      step({ input: '<failed>', failed: 'timeout', via: 'model failed: timeout' }),
    ];
    expect(linesOf({ steps: model }).map((l) => [l.who, l.who === 'note' ? l.what : '', l.text])).toEqual([['robot', '', '好的。'], ['note', 'modelChose', '要看房'], ['note', 'modelFailed', 'timeout']]);
  });
  it('are taken back with what the model answered', () => {
    expect(lastSaid([{ say: 'a' }, { say: 'b' }, { model: 'c' }, { model_failed: 'd' }])).toBe(1);
    expect(lastSaid([])).toBe(0);
  });
  it('tell the nodes that were passed, each once', () => {
    expect(visited({ steps })).toEqual(['hello', 'sorted', 'pitch', 'bye']);
    expect(visited({ steps: null })).toEqual([]);
  });
});

describe('a talk by voice', () => {
  const after = (...m: object[]) => m.reduce<Conversation>((c, x) => told(c, readSaid(JSON.stringify(x))!), silent);
  it('shows what is said, and a turn that comes again in its own place', () => {
    const c = after({ type: 'turn', seq: 1, speaker: 'robot', text: '您好', node: 'hello' }, { type: 'turn', seq: 2, speaker: 'callee', text: '可以', kind: 'intent', intent: 'affirm' }, { type: 'turn', seq: 1, speaker: 'robot', text: '您好', node: 'hello', interrupted: true });
    expect(c.turns.map((x) => [x.speaker, x.text, x.interrupted])).toEqual([['robot', '您好', true], ['callee', '可以', false]]);
  });
  it('keeps the order of turns when one ends late', () => {
    const c = after({ type: 'turn', seq: 3, speaker: 'callee', text: '嗯' }, { type: 'turn', seq: 12, speaker: 'callee', text: '好' }, { type: 'turn', seq: 2, speaker: 'robot', text: '您好' });
    expect(c.turns.map((x) => x.text)).toEqual(['您好', '嗯', '好']);
  });
  it('tells where it stands, and keeps what a message does not say', () => {
    expect(after({ type: 'state', node: 'pitch', grade: 'B', labels: ['x'] }, { type: 'state', phase: 'listening' })).toMatchObject({ node: 'pitch', grade: 'B', labels: ['x'], ended: '' });
  });
  it('tells why it ended or was refused', () => {
    expect(after({ type: 'ended', cause: 'hangup_node', grade: 'A' })).toMatchObject({ ended: 'hangup_node', grade: 'A' });
    expect(after({ type: 'ended' }).ended).not.toBe('');
    expect(after({ type: 'refused', reason: 'no robot' }).refused).toBe('no robot');
  });
  it('leaves out what it does not know', () => {
    for (const m of ['', 'no json', 'null', '{"type":"dance"}', '3']) expect(readSaid(m)).toBeUndefined();
  });
});
