import { computed, inject, type InjectionKey, markRaw, provide, reactive, ref } from 'vue';
import { type ProblemState, useProblem } from './useProblem';

const problemKey: InjectionKey<ProblemState> = Symbol('problem');

export interface Form<M extends object> {
  model: M;
  problem: ProblemState;
  saving: boolean;
  dirty: boolean;
  reset(to?: M): void;
  submit(): Promise<boolean>;
}

// useForm is a form's state: the model that fields are bound to, whether it differs from what was read, and what the
// server said. `save` sends the model and throws a ProblemError when it is refused.
export function useForm<M extends object>(initial: () => M, save: (model: M) => Promise<void>): Form<M> {
  const model = reactive(initial()) as M;
  const base = ref(JSON.stringify(model));
  const saving = ref(false);
  const problem = markRaw(useProblem()); // its refs stay refs

  function reset(to: M = initial()): void {
    for (const k of Object.keys(model)) delete (model as Record<string, unknown>)[k];
    Object.assign(model, structuredClone(JSON.parse(JSON.stringify(to))));
    base.value = JSON.stringify(model);
    problem.clear();
  }

  async function submit(): Promise<boolean> {
    if (saving.value) return false;
    saving.value = true;
    problem.clear();
    const sent = JSON.stringify(model);
    // What is saved is no longer unsaved, also for what `save` itself does, as going to another page.
    const before = base.value;
    base.value = sent;
    try {
      await save(model);
      return true;
    } catch (e) {
      base.value = before;
      problem.set(e);
      return false;
    } finally {
      saving.value = false;
    }
  }

  const dirty = computed(() => JSON.stringify(model) !== base.value);
  return reactive({ model, problem, saving, dirty, reset, submit }) as unknown as Form<M>;
}

// provideProblem lets the Fields below show the server's reasons; useFieldProblem reads them there.
export function provideProblem(p: ProblemState): void {
  provide(problemKey, p);
}
export function useFieldProblem(): ProblemState | null {
  return inject(problemKey, null);
}
