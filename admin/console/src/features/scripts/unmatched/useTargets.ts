import { computed } from 'vue';
import { api, must } from '@/api/client';
import { useLoad } from '@/composables/useLoad';
import { readDocument } from '../reading/order';

// useTargets are the questions and intents of a script's draft, which sentences can be added to.
export function useTargets(script: number) {
  const load = useLoad(async (signal) => readDocument((await must(api.GET('/api/v1/scripts/{id}/draft', { params: { path: { id: script } }, signal }))).document));
  return {
    load,
    questions: computed(() => Object.keys(load.data?.questions ?? {})),
    intents: computed(() => Object.keys(load.data?.intents ?? {})),
  };
}
