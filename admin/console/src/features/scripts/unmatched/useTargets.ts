import { computed } from 'vue';
import { api, must } from '@/api/client';
import { useLoad } from '@/composables/useLoad';
import { builtinIntents } from '../editor/core/document';
import { readDocument } from '../reading/order';

// The intents that sentences can be added to: those of the draft, and the built-in ones, which a draft may extend.
export const intentsOf = (own: Record<string, unknown> | undefined) => [...new Set([...Object.keys(own ?? {}), ...builtinIntents])];

// useTargets are the questions and intents that sentences can be added to.
export function useTargets(script: number) {
  const load = useLoad(async (signal) => readDocument((await must(api.GET('/api/v1/scripts/{id}/draft', { params: { path: { id: script } }, signal }))).document));
  return {
    load,
    questions: computed(() => Object.keys(load.data?.questions ?? {})),
    intents: computed(() => intentsOf(load.data?.intents)),
  };
}
