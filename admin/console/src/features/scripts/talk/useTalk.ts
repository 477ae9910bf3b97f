import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { api, must } from '@/api/client';
import { isAbort, problemOf, type ProblemError } from '@/api/problem';
import type { Talk, TalkInput } from '@/api/types';
import { lastSaid, linesOf } from './lines';

// What is talked to: a version, a document that is being written, or the draft when neither is told.
export interface Source {
  version_id?: number;
  document?: string;
}

// useTalk is a talk by text. The server keeps nothing of it: every turn sends all that was said so far, so that a turn can be
// taken back, and a script that changed meanwhile is talked to as it is now.
export function useTalk(script: () => number, spoken: () => Source, variables: () => Record<string, string>) {
  const inputs = ref<TalkInput[]>([]);
  const talk = shallowRef<Talk>();
  const error = shallowRef<ProblemError | null>(null);
  const busy = ref(false);
  let request: AbortController | null = null;
  onScopeDispose(() => request?.abort());

  // ask sends these inputs, and keeps them once they are answered.
  async function ask(said: TalkInput[]): Promise<boolean> {
    request?.abort();
    const mine = (request = new AbortController());
    busy.value = true;
    try {
      const body = { ...spoken(), variables: variables(), inputs: said };
      const answer = await must(api.POST('/api/v1/scripts/{id}/talk', { params: { path: { id: script() } }, body, signal: mine.signal }));
      if (mine.signal.aborted) return false;
      inputs.value = answer.inputs ?? said; // with what the chat model answered, so that it is not asked again
      talk.value = answer;
      error.value = null;
      return true;
    } catch (e) {
      if (!isAbort(e) && !mine.signal.aborted) error.value = problemOf(e);
      return false;
    } finally {
      if (request === mine) {
        request = null;
        busy.value = false;
      }
    }
  }
  const say = (i: TalkInput) => ask([...inputs.value, i]);
  const back = () => ask(inputs.value.slice(0, lastSaid(inputs.value)));
  const restart = () => ask([]);
  const again = () => ask(inputs.value);

  return reactive({
    inputs, talk, error, busy, say, back, restart, again,
    lines: computed(() => (talk.value ? linesOf(talk.value) : [])),
    transferring: computed(() => talk.value?.phase === 'transferring'),
    over: computed(() => !!talk.value?.ended),
  });
}
export type TalkState = ReturnType<typeof useTalk>;
