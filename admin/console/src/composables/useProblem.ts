import { computed, ref } from 'vue';
import { isAbort, problemOf, type ProblemError } from '@/api/problem';

// useProblem keeps why a form was refused: by field, and what concerns no field that is shown.
export function useProblem() {
  const problem = ref<ProblemError | null>(null);
  const cleared = ref<Set<string>>(new Set());
  const shown = ref<Set<string>>(new Set());

  const fields = computed<Record<string, string>>(() => {
    const all = problem.value?.fields ?? {};
    return Object.fromEntries(Object.entries(all).filter(([k]) => !cleared.value.has(k)));
  });
  // A reason for a field that the form does not have must still be seen.
  const general = computed(() => {
    if (!problem.value) return '';
    const named = Object.entries(problem.value.fields);
    const strays = named.filter(([k]) => !shown.value.has(k)).map(([k, v]) => (k ? `${k}: ${v}` : v));
    return named.length > 0 && strays.length === 0 ? '' : [problem.value.message, ...strays].filter(Boolean).join(' — ');
  });

  function set(e: unknown): void {
    if (isAbort(e)) return;
    cleared.value = new Set();
    problem.value = problemOf(e);
  }
  function clear(field?: string): void {
    if (field === undefined) problem.value = null;
    else cleared.value = new Set(cleared.value).add(field);
  }
  // show says that a field of this name is on the page.
  function show(field: string): () => void {
    shown.value = new Set(shown.value).add(field);
    return () => {
      const rest = new Set(shown.value);
      rest.delete(field);
      shown.value = rest;
    };
  }
  return { problem, fields, general, set, clear, show };
}
export type ProblemState = ReturnType<typeof useProblem>;
