import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttle } from '@/composables/throttle';

describe('throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs once after its first rest, then at most once in the gap, and does not lose the last ask', async () => {
    const work = vi.fn();
    const t = throttle(work, () => 1000);
    t.ask();
    await vi.advanceTimersByTimeAsync(999);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 100; i++) {
      t.ask();
      await vi.advanceTimersByTimeAsync(9);
    }
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(work).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('waits for work that takes longer than the gap', async () => {
    let done = () => {};
    const work = vi.fn(() => new Promise<void>((r) => (done = r)));
    const t = throttle(work, () => 1000);
    t.ask();
    await vi.advanceTimersByTimeAsync(1000);
    t.ask();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(1);
    done();
    await vi.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('does nothing while asleep and catches up when it wakes', async () => {
    let asleep = true;
    const work = vi.fn();
    const t = throttle(work, () => 1000, () => asleep);
    t.ask();
    await vi.advanceTimersByTimeAsync(3000);
    expect(work).not.toHaveBeenCalled();
    asleep = false;
    t.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('ends', async () => {
    const work = vi.fn();
    const t = throttle(work, () => 1000);
    t.ask();
    t.stop();
    t.ask();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).not.toHaveBeenCalled();
  });
});
