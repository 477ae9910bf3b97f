import { onScopeDispose, ref, watch } from 'vue';
import { isAbort } from '@/api/problem';
import { checkDocument } from '../server';
import type { Editor } from './useEditor';

const rest = 600; // ms

// useChecks lets the server look at every change, saved or not: one version at a time, so that large scripts do not queue up
// there, and after it the newest. What is shown meanwhile is what was wrong before; what is said of an older version is not shown.
export function useChecks(editor: Editor) {
  const checking = ref(false);
  const failed = ref(false);
  const leaving = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = false;

  async function check(): Promise<void> {
    wanted = true;
    if (checking.value) return;
    checking.value = true;
    while (wanted && !leaving.signal.aborted) {
      wanted = false;
      await ask();
    }
    checking.value = false;
  }
  async function ask(): Promise<void> {
    const document = editor.document.value;
    try {
      const got = await checkDocument(editor.id, document, leaving.signal);
      if (document === editor.document.value) editor.problems.value = got.problems ?? [];
      failed.value = false;
    } catch (e) {
      if (!isAbort(e)) failed.value = true;
    }
  }
  watch(editor.document, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), rest);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    leaving.abort();
  });
  return { checking, failed, check };
}
