import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { problemOf, type ProblemError } from '@/api/problem';
import type { ScriptDocument } from '../core/document';
import { getDraft, putDraft } from '../server';
import type { Editor } from './useEditor';

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'stale';
const rest = 2000; // ms without a change before it is saved

// useDraft keeps the server's draft up to date with the editor. When somebody else changed the draft meanwhile, it stops
// and waits for the choice: theirs (`reload`) or ours (`overwrite`).
export function useDraft(editor: Editor, first: { revision: number; updated_at: string }) {
  const state = ref<SaveState>('saved');
  const error = shallowRef<ProblemError | null>(null);
  const savedAt = ref(first.updated_at);
  const theirs = shallowRef<{ by: string; at: string }>();
  const asked = ref(0); // how often the choice was put off and asked for again
  let revision = first.revision;
  let saved: ScriptDocument = editor.document.value;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | undefined;

  const dirty = () => editor.document.value !== saved;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), rest);
  };

  // save sends what is not saved. A change during a save is sent after it.
  async function save(): Promise<boolean> {
    clearTimeout(timer);
    if (running) await running;
    if (!dirty()) return true;
    if (state.value === 'stale') {
      asked.value++;
      return false;
    }
    running = send();
    const ok = await running;
    running = undefined;
    if (ok && dirty()) later();
    return ok && !dirty();
  }
  async function send(): Promise<boolean> {
    const sent = editor.document.value;
    state.value = 'saving';
    try {
      const got = await putDraft(editor.id, revision, sent);
      revision = got.revision;
      saved = sent;
      savedAt.value = got.updated_at;
      error.value = null;
      state.value = dirty() ? 'unsaved' : 'saved';
      if (!dirty()) editor.problems.value = got.problems ?? [];
      return true;
    } catch (e) {
      error.value = problemOf(e);
      state.value = error.value.status === 409 ? 'stale' : 'failed';
      if (state.value === 'stale') await look();
      return false;
    }
  }
  // look finds out who was faster.
  async function look(): Promise<void> {
    try {
      const got = await getDraft(editor.id);
      theirs.value = { by: got.updated_by, at: got.updated_at };
    } catch {
      theirs.value = undefined; // the choice can be made without it
    }
  }
  async function reload(): Promise<void> {
    const got = await getDraft(editor.id);
    revision = got.revision;
    saved = { script: 1, ...(JSON.parse(got.document) as ScriptDocument) };
    savedAt.value = got.updated_at;
    editor.replace(saved);
    editor.problems.value = got.problems ?? [];
    state.value = 'saved';
  }
  async function overwrite(): Promise<boolean> {
    revision = (await getDraft(editor.id)).revision;
    state.value = 'unsaved';
    return save();
  }

  watch(editor.document, () => {
    if (state.value === 'stale') return;
    if (!dirty()) {
      clearTimeout(timer);
      if (state.value !== 'saving') state.value = 'saved';
      return;
    }
    if (state.value !== 'saving') state.value = 'unsaved';
    later();
  });
  onScopeDispose(() => clearTimeout(timer));
  return { state, error, savedAt, theirs, asked, save, reload, overwrite, dirty };
}
export type Draft = ReturnType<typeof useDraft>;
