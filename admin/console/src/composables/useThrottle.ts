import { onScopeDispose } from 'vue';
import { throttle, type Throttle } from './throttle';

// useThrottle is a throttle that rests while the window is hidden and ends with the component.
export function useThrottle(work: () => Promise<unknown> | unknown, gap: number | (() => number)): Throttle {
  const made = throttle(work, typeof gap === 'number' ? () => gap : gap, () => document.hidden);
  document.addEventListener('visibilitychange', made.wake);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', made.wake);
    made.stop();
  });
  return made;
}
