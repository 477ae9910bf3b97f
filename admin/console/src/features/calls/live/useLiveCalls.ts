import { onScopeDispose, ref, shallowRef } from 'vue';
import { api, must } from '@/api/client';
import { isAbort, problemOf, type ProblemError } from '@/api/problem';
import type { Call } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { type News, place, type Slot, tidy, told } from './slots';

export const mostLines = 600;
const pageSize = 200;
const flushEvery = 250;
const readAfter = 800; // a call that is not shown yet is looked up this long after it was heard of, and others with it
const readEvery = 15_000; // events may be missed

// useLiveCalls keeps the lines of a campaign's calls under way. Events come by the hundred a second: they are gathered
// and shown four times a second.
export function useLiveCalls(campaign: number) {
  const slots = shallowRef<Slot[]>([]);
  const loaded = ref(false);
  const loadedAt = ref<number>();
  const error = shallowRef<ProblemError | null>(null);
  const full = ref(false);
  const news = new Map<string, News>();
  const over = new Map<string, number>(); // calls that ended, and when it was heard: a list read before may still have them
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let reading: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | null = null;

  async function read(): Promise<void> {
    clearTimeout(reading);
    reading = undefined;
    request?.abort();
    const mine = (request = new AbortController());
    try {
      const live: Call[] = [];
      let cursor: string | undefined;
      do {
        const page = await must(api.GET('/api/v1/campaigns/{id}/calls', { params: { path: { id: campaign }, query: { state: 'live', limit: pageSize, cursor } }, signal: mine.signal }));
        live.push(...(page.items ?? []));
        cursor = page.next || undefined;
      } while (cursor && live.length < mostLines);
      if (mine.signal.aborted) return;
      full.value = cursor !== undefined;
      slots.value = place(slots.value, live.filter((c) => !over.has(c.id)), Date.now());
      loaded.value = true;
      loadedAt.value = Date.now();
      error.value = null;
    } catch (e) {
      if (isAbort(e)) return;
      if (!loaded.value) error.value = problemOf(e);
    }
  }
  function readSoon(): void {
    reading ??= setTimeout(() => void read(), readAfter);
  }

  function flush(): void {
    flushing = undefined;
    const now = Date.now();
    const { slots: next, unknown } = told(slots.value, news, now);
    for (const [id, n] of news) if (n.state === 'ended') over.set(id, now);
    for (const [id, at] of over) if (now - at > 60_000) over.delete(id);
    news.clear();
    slots.value = tidy(next, now);
    loadedAt.value = now;
    if (unknown.length) readSoon();
  }
  function heard(call: string, more: News): void {
    news.set(call, { ...news.get(call), ...more });
    flushing ??= setTimeout(flush, flushEvery);
  }

  useEvents(
    {
      'call.changed': (e) => e.campaign_id === campaign && heard(e.call_id, { state: e.state, at: e.at }),
      'turn.added': (e) => e.campaign_id === campaign && heard(e.call_id, { said: e }),
    },
    () => void read(),
  );
  const again = setInterval(() => {
    if (document.hidden) return;
    slots.value = tidy(slots.value, Date.now());
    if (Date.now() - (loadedAt.value ?? 0) > readEvery) void read();
  }, 5000);
  void read();
  onScopeDispose(() => {
    clearInterval(again);
    clearTimeout(flushing);
    clearTimeout(reading);
    request?.abort();
  });
  return { slots, loaded, loadedAt, error, full, read };
}
