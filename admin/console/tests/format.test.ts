import { describe, expect, it } from 'vitest';
import { duration, formatter, none } from '@/ui/format';
import { grouped } from '@/ui/phone';

const zh = formatter('zh-CN', 'Asia/Shanghai');

describe('formatter', () => {
  it.each([
    [0, '0:00'], [499, '0:00'], [500, '0:01'], [59_499, '0:59'], [65_000, '1:05'], [599_000, '9:59'], [3_600_000, '1:00:00'], [36_605_000, '10:10:05'],
  ])('duration %i', (ms, want) => expect(duration(ms)).toBe(want));

  it.each([[0, '0.0%'], [0.1234, '12.3%'], [1, '100.0%'], [undefined, none], [null, none], [Number.NaN, none]])('percent %s', (v, want) => expect(zh.percent(v)).toBe(want));

  it('shares two counts', () => {
    expect(zh.share(1, 3)).toBe('33.3%');
    expect(zh.share(0, 0)).toBe(none);
  });
  it('groups thousands', () => expect(zh.number(1_234_567)).toBe('1,234,567'));

  it('shows dates in the zone of the tenant, alike in both languages', () => {
    const at = '2026-03-01T16:05:09Z';
    for (const locale of ['zh-CN', 'en-GB']) {
      expect(formatter(locale, 'Asia/Shanghai').dateTime(at)).toBe('2026-03-02 00:05');
      expect(formatter(locale, 'Europe/Berlin').dateTime(at)).toBe('2026-03-01 17:05');
    }
    expect(zh.date(at)).toBe('2026-03-02');
    expect(zh.time(at)).toBe('00:05:09');
  });
  it('takes UTC for an unknown zone, and a dash for what is no date', () => {
    expect(formatter('zh-CN', 'Mars/Olympus').dateTime('2026-03-01T16:05:09Z')).toBe('2026-03-01 16:05');
    expect(zh.dateTime('soon')).toBe(none);
    expect(zh.dateTime(undefined)).toBe(none);
  });
  it('tells how long ago', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const en = formatter('en-GB', 'UTC');
    expect(en.ago('2026-03-01T11:59:30Z', now)).toBe('30 seconds ago');
    expect(en.ago('2026-03-01T11:00:00Z', now)).toBe('1 hour ago');
    expect(en.ago('2026-02-27T12:00:00Z', now)).toBe('2 days ago');
  });
  it.each([[0, '0 B'], [1023, '1023 B'], [1536, '1.5 KB'], [5 * 1024 ** 3, '5.0 GB']])('bytes %i', (n, want) => expect(zh.bytes(n)).toBe(want));
});

describe('grouped', () => {
  it.each([
    ['13800138000', '138\u20090013\u20098000'], ['+8613800138000', '+86\u2009138\u20090013\u20098000'], ['138****8000', '138\u2009****\u20098000'], ['02012345678', '02012345678'], ['95588', '95588'],
  ])('%s', (number, want) => expect(grouped(number)).toBe(want));
});
