import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import { isAbort, problemOf, type ProblemError } from '@/api/problem';
import type { CallDetail } from '@/api/types';
import { type Heard, hear, SoundFault } from '../audio/sound';

export type Why = 'none' | 'later' | 'forbidden' | 'gone' | 'broken' | 'empty';
export interface Recording {
  readonly heard: Heard | undefined;
  readonly error: ProblemError | null;
  readonly why: Why | undefined; // there is nothing to hear
  reload(): void;
}

// useRecording reads the recording of a call once it is whole.
export function useRecording(call: () => CallDetail | undefined, allowed: () => boolean): Recording {
  const heard = shallowRef<Heard>();
  const error = shallowRef<ProblemError | null>(null);
  const why = ref<Why>();
  let request: AbortController | null = null;

  function reload(): void {
    request?.abort();
    const c = call();
    heard.value = error.value = undefined as never;
    why.value = undefined;
    if (!c) return;
    if (!allowed()) why.value = 'forbidden';
    else if (c.state !== 'ended') why.value = 'later';
    else if (!c.audio) why.value = 'none';
    else void read(c.audio);
  }
  async function read(address: string): Promise<void> {
    const mine = (request = new AbortController());
    try {
      const got = await hear(address, mine.signal);
      if (mine.signal.aborted) return;
      if (got.levels.seconds === 0) why.value = 'empty';
      else heard.value = got;
    } catch (e) {
      if (isAbort(e) || mine.signal.aborted) return;
      if (e instanceof SoundFault) why.value = e.fault === 'empty' ? 'empty' : 'broken';
      else if (problemOf(e).status === 404) why.value = call()?.answered_at ? 'gone' : 'none';
      else if (problemOf(e).status === 403) why.value = 'forbidden';
      else error.value = problemOf(e);
    }
  }
  watch(() => [call()?.audio, call()?.state === 'ended', allowed()], reload, { immediate: true });
  onScopeDispose(() => request?.abort());
  return reactive({ heard, error, why, reload }) as Recording;
}
