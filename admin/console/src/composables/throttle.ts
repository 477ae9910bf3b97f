// throttle runs `work` at most once in `gap` milliseconds and never twice at once, however often it is asked; whoever asks
// while it rests is served when the rest is over. Nothing runs while `asleep`; what was asked then runs after `wake`.
export interface Throttle {
  ask(): void;
  wake(): void;
  stop(): void;
}

export function throttle(work: () => Promise<unknown> | unknown, gap: () => number, asleep: () => boolean = () => false): Throttle {
  // Whoever makes one has just read what it will read again.
  let last = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let wanted = false;
  let stopped = false;

  function plan(): void {
    if (stopped || running || timer !== undefined || !wanted || asleep()) return;
    timer = setTimeout(run, Math.max(0, last + gap() - Date.now()));
  }
  async function run(): Promise<void> {
    timer = undefined;
    if (stopped || asleep()) return;
    wanted = false;
    running = true;
    last = Date.now();
    try {
      await work();
    } finally {
      running = false;
      plan();
    }
  }
  return {
    ask: () => {
      wanted = true;
      plan();
    },
    wake: plan,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
