import { onScopeDispose, ref, watch } from 'vue';
import { isAbort } from '@/api/problem';
import { checkDocument } from '../server';
import type { Editor } from './useEditor';

const rest = 600; // ms

// useChecks lets the server look at every change, saved or not. What is shown meanwhile is what was wrong before.
export function useChecks(editor: Editor) {
  const checking = ref(false);
  const failed = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;

  async function check(): Promise<void> {
    request?.abort();
    const mine = (request = new AbortController());
    checking.value = true;
    try {
      const got = await checkDocument(editor.document.value, mine.signal);
      editor.problems.value = got.problems ?? [];
      failed.value = false;
    } catch (e) {
      if (!isAbort(e) && !mine.signal.aborted) failed.value = true;
    } finally {
      if (request === mine) checking.value = false;
    }
  }
  watch(editor.document, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), rest);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    request?.abort();
  });
  return { checking, failed, check };
}
