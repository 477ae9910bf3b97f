import { onScopeDispose } from 'vue';
import { api, must } from '@/api/client';
import type { CampaignDetail, CampaignLive } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { type Load, useLoad } from '@/composables/useLoad';
import { useThrottle } from '@/composables/useThrottle';

// How often the figures may be read: while somebody looks at them, and while only the header shows them.
const watched = 1000;
const aside = 5000;
// Nothing tells that a window has opened elsewhere or a redial is due: look again from time to time.
const anyway = 15_000;

// LiveView is the state with the names of script and trunk.
export type LiveView = Omit<CampaignLive, 'campaign'> & { campaign: CampaignDetail };

export interface Live {
  load: Load<LiveView>;
  ask(): void;
}

// useLive reads the state of a campaign and reads it again when events say that it has changed.
export function useLive(id: number, looking: () => boolean): Live {
  const params = { path: { id } };
  let named: CampaignDetail | undefined;
  const load = useLoad<LiveView>(async (signal) => {
    const live = await must(api.GET('/api/v1/campaigns/{id}/live', { params, signal }));
    const c = live.campaign;
    // Names are asked for once, and again when they are of something else.
    if (named?.script_id !== c.script_id || named.trunk_id !== c.trunk_id) named = await must(api.GET('/api/v1/campaigns/{id}', { params, signal }));
    return { ...live, campaign: { ...named, ...c, script_name: named.script_name, trunk_name: named.trunk_name } };
  });
  const again = useThrottle(() => load.reload({ quiet: true }), () => (looking() ? watched : aside));
  const mine = (e: { campaign_id?: number }) => e.campaign_id === id && again.ask();
  useEvents({ 'campaign.changed': mine, 'call.changed': mine, 'import.changed': mine }, () => again.ask());
  const clock = setInterval(() => again.ask(), anyway);
  onScopeDispose(() => clearInterval(clock));
  return { load, ask: () => again.ask() };
}
