import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { api, must } from '@/api/client';
import { isAbort, problemOf } from '@/api/problem';
import type { CallDetail, Listening } from '@/api/types';
import { useSession } from '@/app/session';
import { answered, isOpen, type ListeningNews, told } from './listening';

const readEvery = 10_000; // an event may be missed
const lingers = 20_000; // how long an end is shown

// useListening is the member's own listening: the open one, and for a while the one that has just ended. There is one at
// most, for there is one telephone.
export const useListening = defineStore('listening', () => {
  const session = useSession();
  const shown = shallowRef<Listening | null>(null);
  const callee = ref<{ call: string; name: string; number: string }>();
  const ended = new Map<string, Listening['reason']>();
  let request: AbortController | null = null;
  let again: ReturnType<typeof setInterval> | undefined;
  let gone: ReturnType<typeof setTimeout> | undefined;

  function show(l: Listening | null): void {
    shown.value = l;
    clearTimeout(gone);
    gone = undefined;
    if (l && (callee.value?.call !== l.call_id || (!isOpen(l) && !l.reason))) void look(l);
    if (isOpen(l)) {
      again ??= setInterval(() => document.hidden || void read(), readEvery);
      return;
    }
    clearInterval(again);
    again = undefined;
    if (l) gone = setTimeout(dismiss, lingers);
  }
  const dismiss = () => show(null);

  // look reads the call: who the callee is, and why a listening ended that no event told of. It does not count as reading.
  async function look(l: Listening): Promise<void> {
    try {
      const c: CallDetail = await must(api.GET('/api/v1/calls/{id}', { params: { path: { id: l.call_id }, query: { peek: true } } }));
      callee.value = { call: c.id, name: c.name, number: c.number };
      const row = c.listenings?.find((x) => x.id === l.id);
      if (row?.reason && shown.value?.id === l.id && !isOpen(shown.value) && !shown.value.reason) shown.value = row;
    } catch {
      // The bar leads to the call without naming the callee.
    }
  }

  async function read(): Promise<void> {
    request?.abort();
    const mine = (request = new AbortController());
    try {
      const { listening } = await must(api.GET('/api/v1/listening', { signal: mine.signal }));
      if (mine.signal.aborted) return;
      const next = answered(shown.value, listening, ended);
      if (next !== shown.value) show(next);
    } catch (e) {
      // What is shown stays; it is read again in a moment.
      if (!isAbort(e) && problemOf(e).status === 401) show(null);
    }
  }

  function heard(e: ListeningNews): void {
    if (e.state === 'ended') ended.set(e.id, (e.reason || undefined) as Listening['reason']);
    const next = told(shown.value, e);
    if (next !== shown.value) show(next);
    if (e.state !== 'ended') void read(); // the moments are in the row alone
  }

  // begun takes the answer to a wish. What events told since is newer than its state.
  function begun(l: Listening): void {
    if (shown.value?.id !== l.id) show(answered(shown.value, l, ended));
    else if (isOpen(shown.value)) shown.value = { ...shown.value, wish: l.wish };
    void read();
  }
  async function listen(call: string): Promise<void> {
    begun(await must(api.POST('/api/v1/calls/{id}/listen', { params: { path: { id: call } } })));
  }
  async function takeOver(call: string): Promise<void> {
    begun(await must(api.POST('/api/v1/calls/{id}/take-over', { params: { path: { id: call } } })));
  }
  async function stop(): Promise<void> {
    try {
      await must(api.DELETE('/api/v1/listening'));
      if (isOpen(shown.value)) shown.value = { ...shown.value, wish: 'stop' };
    } catch (e) {
      const { status } = problemOf(e);
      if (status !== 404 && status !== 409) throw e;
      await read(); // it has ended meanwhile
    }
  }

  watch(
    () => session.me?.id,
    (me) => {
      request?.abort();
      ended.clear();
      callee.value = undefined;
      show(null);
      if (me) void read();
    },
    { immediate: true },
  );
  return { shown, callee, read, heard, listen, takeOver, stop, dismiss };
});
