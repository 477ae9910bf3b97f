import { computed } from 'vue';
import { api, must } from '@/api/client';
import type { Script, Trunk } from '@/api/types';
import { useSession } from '@/app/session';
import { useLoad } from '@/composables/useLoad';

// useTrunks are the trunks by name, where the role may see them.
export function useTrunks() {
  const session = useSession();
  const load = useLoad<Trunk[]>(async (signal) => (session.can('trunks.view') ? ((await must(api.GET('/api/v1/trunks', { signal }))).items ?? []) : []));
  const names = computed(() => new Map((load.data ?? []).map((x) => [x.id, x.name])));
  return { load, trunks: computed(() => load.data ?? []), nameOf: (id: number) => names.value.get(id) ?? `#${id}` };
}

// useScripts are the scripts that can be dialled, where the role may see them.
export function useScripts() {
  const session = useSession();
  const load = useLoad<Script[]>(async (signal) => {
    if (!session.can('scripts.view')) return [];
    const { items } = await must(api.GET('/api/v1/scripts', { params: { query: { deployment: 'any', limit: 100 } }, signal }));
    return items ?? [];
  });
  return { load, scripts: computed(() => load.data ?? []) };
}
