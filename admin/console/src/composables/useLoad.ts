import { onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { isAbort, problemOf, type ProblemError } from '@/api/problem';

export interface Load<T> {
  data: T | undefined;
  readonly error: ProblemError | null;
  readonly loading: boolean;
  readonly loadedAt: number | undefined;
  reload(how?: { quiet?: boolean }): Promise<void>;
}

// useLoad reads one thing when the component is made. A quiet reload keeps what is shown, also when it fails.
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>): Load<T> {
  const data = shallowRef<T>();
  const error = shallowRef<ProblemError | null>(null);
  const loading = ref(false);
  const loadedAt = ref<number>();
  let request: AbortController | null = null;

  async function reload(how: { quiet?: boolean } = {}): Promise<void> {
    request?.abort();
    const mine = (request = new AbortController());
    if (!how.quiet) loading.value = true;
    try {
      const got = await read(mine.signal);
      if (mine.signal.aborted) return;
      data.value = got;
      error.value = null;
      loadedAt.value = Date.now();
    } catch (e) {
      if (isAbort(e) || mine.signal.aborted) return;
      if (!how.quiet || data.value === undefined) error.value = problemOf(e);
    } finally {
      if (request === mine) {
        request = null;
        loading.value = false;
      }
    }
  }
  void reload();
  onScopeDispose(() => request?.abort());
  return reactive({ data, error, loading, loadedAt, reload }) as unknown as Load<T>;
}
