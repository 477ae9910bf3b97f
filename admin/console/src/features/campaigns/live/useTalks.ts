import { computed, ref, shallowRef } from 'vue';
import { api, must } from '@/api/client';
import { problemOf, type ProblemError } from '@/api/problem';
import type { Call } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { useThrottle } from '@/composables/useThrottle';
import { settled } from './slots';

export interface Talk extends Call {
  said?: { speaker: string; text: string };
}
export const shownTalks = 50;

// useTalks are the calls of a campaign in progress with what was said last. Who calls is read when a call changes, what is
// said comes with the events; both are shown a few times a second at most, however many calls there are.
export function useTalks(campaign: number) {
  const calls = shallowRef<Call[]>([]);
  const heard = shallowRef(new Map<string, { speaker: string; text: string; grade?: string; seq: number }>());
  const fresh = new Map<string, { speaker: string; text: string; grade?: string; seq: number }>();
  const loaded = ref(false);
  const error = shallowRef<ProblemError | null>(null);

  async function read(): Promise<void> {
    try {
      const page = await must(api.GET('/api/v1/campaigns/{id}/calls', { params: { path: { id: campaign }, query: { state: 'live', limit: shownTalks } } }));
      const now = (page.items ?? []).filter((c) => c.state !== 'ended');
      calls.value = settled(calls.value, now, (c) => c.id);
      const there = new Set(now.map((c) => c.id));
      heard.value = new Map([...heard.value].filter(([id]) => there.has(id)));
      error.value = null;
      loaded.value = true;
    } catch (e) {
      if (!loaded.value) error.value = problemOf(e);
    }
  }
  const again = useThrottle(read, 1000);
  const flush = useThrottle(() => {
    heard.value = new Map([...heard.value, ...fresh]);
    fresh.clear();
  }, 250);

  useEvents(
    {
      'call.changed': (e) => e.campaign_id === campaign && again.ask(),
      'turn.added': (e) => {
        if (e.campaign_id !== campaign || !calls.value.some((c) => c.id === e.call_id)) return;
        const last = fresh.get(e.call_id) ?? heard.value.get(e.call_id);
        if (last && last.seq > e.seq) return;
        fresh.set(e.call_id, { speaker: e.speaker, text: e.text, grade: e.grade ?? last?.grade, seq: e.seq });
        flush.ask();
      },
    },
    () => again.ask(),
  );
  void read();

  const talks = computed<Talk[]>(() =>
    calls.value.map((c) => {
      const h = heard.value.get(c.id);
      return { ...c, grade: (h?.grade as Call['grade']) ?? c.grade, said: h ?? c.last_sentence };
    }),
  );
  return { talks, loaded, error, again: () => again.ask() };
}
