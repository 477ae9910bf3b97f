import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick } from 'vue';
import type { ScriptDocument } from '@/features/scripts/editor/core/document';
import { useChecks } from '@/features/scripts/editor/state/useChecks';
import { createEditor } from '@/features/scripts/editor/state/useEditor';

const asked: { document: ScriptDocument; answer: (problems: object[]) => void }[] = [];
vi.mock('@/features/scripts/editor/server', () => ({
  checkDocument: (_id: number, document: ScriptDocument) => new Promise((resolve) => asked.push({ document, answer: (problems) => resolve({ problems }) })),
}));

const problem = (text: string) => ({ severity: 'error', node: 'a', at: 'say', text });
const settle = async () => {
  for (let i = 0; i < 10; i++) await nextTick();
};

describe('the server looks at a script that is written', () => {
  let stop: () => void;
  let editor: ReturnType<typeof createEditor>;
  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    const scope = effectScope();
    stop = () => scope.stop();
    editor = createEditor(1, { nodes: { a: { say: '', hangup: true } } }, false);
    scope.run(() => useChecks(editor));
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });
  const type = async (say: string) => {
    editor.set(['nodes', 'a', 'say'], say);
    await nextTick();
  };

  it('once it was left alone for a while', async () => {
    for (const say of ['您', '您好', '您好吗']) {
      await type(say);
      vi.advanceTimersByTime(500);
    }
    expect(asked).toHaveLength(0);
    vi.advanceTimersByTime(100);
    expect(asked.map((a) => a.document.nodes!.a.say)).toEqual(['您好吗']);
  });

  it('one version at a time, and then at the newest', async () => {
    await type('一');
    vi.advanceTimersByTime(600);
    for (const say of ['二', '三']) {
      await type(say);
      vi.advanceTimersByTime(600);
    }
    expect(asked).toHaveLength(1);
    asked[0].answer([]);
    await settle();
    expect(asked.map((a) => a.document.nodes!.a.say)).toEqual(['一', '三']);
  });

  it('and what it says of an older version is thrown away', async () => {
    await type('一');
    vi.advanceTimersByTime(600);
    await type('二');
    asked[0].answer([problem('of the older')]);
    await settle();
    expect(editor.problems.value).toEqual([]);
    vi.advanceTimersByTime(600);
    asked[1].answer([problem('of the newest')]);
    await settle();
    expect(editor.problems.value.map((p) => p.text)).toEqual(['of the newest']);
  });
});
