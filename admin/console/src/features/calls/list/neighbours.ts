import { computed, shallowRef } from 'vue';
import { api, must } from '@/api/client';
import { extended, leaveTrail, neighbours, trailOf } from './trail';

// useNeighbours is the call before and the one after in the list that this call was opened from. Near the list's end its
// next page is read, so that going on does not end where the page ended.
export function useNeighbours(call: string) {
  const trail = shallowRef(trailOf(call));
  const where = computed(() => (trail.value ? neighbours(trail.value, call) : undefined));

  async function further(): Promise<void> {
    const t = trail.value;
    if (!t?.next || where.value?.after) return;
    const query = { ...t.query, cursor: t.next, limit: 50 };
    const page = await must(api.GET('/api/v1/campaigns/{id}/calls', { params: { path: { id: t.campaign }, query } }));
    const longer = extended(t, (page.items ?? []).map((c) => c.id), page.next || undefined);
    trail.value = longer;
    leaveTrail(longer);
  }
  // Without the page there is no next call, which is no reason to fail.
  void further().catch(() => {});
  return { where, back: computed(() => trail.value?.back) };
}
