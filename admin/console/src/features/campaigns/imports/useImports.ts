import { api, must } from '@/api/client';
import type { Import } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { type Load, useLoad } from '@/composables/useLoad';
import { useThrottle } from '@/composables/useThrottle';

// useImports are the imports of a campaign, newest first, and how far each one is.
export function useImports(campaign: number): Load<Import[]> {
  const load = useLoad<Import[]>(async (signal) => {
    const { items } = await must(api.GET('/api/v1/campaigns/{id}/imports', { params: { path: { id: campaign } }, signal }));
    return [...(items ?? [])].sort((a, b) => b.order - a.order);
  });
  const again = useThrottle(() => load.reload({ quiet: true }), 1000);
  useEvents(
    {
      'import.changed': (e) => {
        if (e.campaign_id !== campaign) return;
        const known = load.data?.find((i) => i.id === e.import_id);
        const over = e.state === 'finished' || e.state === 'failed';
        // Its end comes with a reason and a file, which only the row has.
        if (!known || over) return again.ask();
        load.data = load.data?.map((i) => (i.id === e.import_id ? { ...i, state: e.state as Import['state'], total: e.total, accepted: e.accepted, rejected: e.rejected } : i));
      },
    },
    () => again.ask(),
  );
  return load;
}
