import { describe, expect, it } from 'vitest';
import { dayAfter, dayBegins, instantOf, wallClock } from '@/ui/zoned';

describe('zoned', () => {
  it.each([
    ['2026-03-01T09:30', 'Asia/Shanghai', '2026-03-01T01:30:00.000Z'],
    ['2026-03-01T09:30', 'UTC', '2026-03-01T09:30:00.000Z'],
    ['2026-07-01T09:30', 'America/New_York', '2026-07-01T13:30:00.000Z'],
    ['2026-01-01T09:30', 'America/New_York', '2026-01-01T14:30:00.000Z'],
    ['2026-01-01T00:00', 'Asia/Kolkata', '2025-12-31T18:30:00.000Z'],
  ])('%s on the clock of %s is %s, and back', (wall, zone, instant) => {
    expect(instantOf(wall, zone)).toBe(instant);
    expect(wallClock(instant, zone)).toBe(wall);
  });
  it('takes the hour after one that is left out, and the first of two', () => {
    expect(instantOf('2026-03-08T02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    expect(instantOf('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
  });
  it('knows nothing of what is no time', () => {
    expect(instantOf('', 'UTC')).toBeUndefined();
    expect(wallClock(undefined, 'UTC')).toBe('');
  });
  it('bounds days', () => {
    expect(dayBegins('2026-03-01', 'Asia/Shanghai')).toBe('2026-02-28T16:00:00.000Z');
    expect(dayAfter('2026-02-28')).toBe('2026-03-01');
    expect(dayAfter('2024-02-28')).toBe('2024-02-29');
  });
});
