import { describe, expect, it } from 'vitest';
import { expiryOf } from '@/features/dnc/expiry';
import { instantOf, wallClock } from '@/ui/zoned';

describe('expiryOf', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  const group = (expires_at?: string, expired = false) => expiryOf({ expires_at, expired }, now);
  it.each([
    [undefined, false, 'never', 'calm'],
    ['2026-02-01T00:00:00Z', true, 'expired', 'bad'],
    ['2026-03-01T12:00:00Z', false, 'today', 'warn'],
    ['2026-03-04T12:00:00Z', false, 'soon', 'warn'],
    ['2026-06-01T00:00:00Z', false, 'until', 'good'],
  ])('%s', (at, expired, word, tone) => expect(group(at, expired)).toMatchObject({ word, tone }));
  it('counts days that are left', () => expect(group('2026-03-04T12:00:00Z').days).toBe(3));
  it('believes the server rather than this clock', () => expect(group('2026-02-01T00:00:00Z').word).toBe('today'));
});

describe('wall clocks', () => {
  it('go there and back', () => {
    expect(instantOf('2026-03-01T09:30', 'Asia/Shanghai')).toBe('2026-03-01T01:30:00.000Z');
    expect(wallClock('2026-03-01T01:30:00Z', 'Asia/Shanghai')).toBe('2026-03-01T09:30');
    expect([wallClock(undefined, 'UTC'), instantOf('', 'UTC')]).toEqual(['', undefined]);
  });
  it('take the hour after one that is left out, and the first of two', () => {
    expect(instantOf('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(instantOf('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  });
});
