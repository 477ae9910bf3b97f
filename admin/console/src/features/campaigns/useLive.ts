import { onScopeDispose } from 'vue';
import { api, must } from '@/api/client';
import type { CampaignLive } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { type Load, useLoad } from '@/composables/useLoad';
import { useThrottle } from '@/composables/useThrottle';

// How often the figures may be read: while somebody looks at them, and while only the header shows them.
const watched = 1000;
const aside = 5000;
// Nothing tells that a window has opened elsewhere or a redial is due: look again from time to time.
const anyway = 15_000;

export interface Live {
  load: Load<CampaignLive>;
  ask(): void;
}

// useLive reads the state of a campaign and reads it again when events say that it has changed.
export function useLive(id: number, looking: () => boolean): Live {
  const load = useLoad((signal) => must(api.GET('/api/v1/campaigns/{id}/live', { params: { path: { id } }, signal })));
  const again = useThrottle(() => load.reload({ quiet: true }), () => (looking() ? watched : aside));
  const mine = (e: { campaign_id?: number }) => e.campaign_id === id && again.ask();
  useEvents({ 'campaign.changed': mine, 'call.changed': mine, 'import.changed': mine }, () => again.ask());
  const clock = setInterval(() => again.ask(), anyway);
  onScopeDispose(() => clearInterval(clock));
  return { load, ask: () => again.ask() };
}
