import { onScopeDispose, ref } from 'vue';

// One clock for all timers of the page; it runs while somebody looks at one.
export const second = ref(Date.now());
let watchers = 0;
let clock: ReturnType<typeof setInterval> | undefined;

export function useSecond(): void {
  second.value = Date.now();
  if (watchers++ === 0) clock = setInterval(() => (second.value = Date.now()), 1000);
  onScopeDispose(() => {
    if (--watchers === 0) clearInterval(clock);
  });
}
