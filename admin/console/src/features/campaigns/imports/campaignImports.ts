import { api, must } from '@/api/client';
import { useImports } from '@/composables/useImports';

export function useCampaignImports(campaign: number) {
  return useImports({
    read: async (signal) => (await must(api.GET('/api/v1/campaigns/{id}/imports', { params: { path: { id: campaign } }, signal }))).items ?? [],
    mine: (e) => e.campaign_id === campaign,
  });
}
