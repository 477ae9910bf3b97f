import { describe, expect, it } from 'vitest';
import type { CampaignLive } from '@/api/types';
import { formatter } from '@/ui/format';
import { figures, figureText } from '@/features/campaigns/live/figures';
import { steps } from '@/features/campaigns/live/funnel';
import { settled } from '@/features/campaigns/live/slots';

describe('funnel', () => {
  const of = (...counts: number[]) => steps(['contacts', 'called', 'answered', 'talked', 'grade_ab'].map((key, i) => ({ key, count: counts[i] ?? 0 })));
  it('shows each stage as its share of the first', () => {
    expect(of(200, 100, 50, 20, 10).map((s) => s.width)).toEqual([100, 50, 25, 10, 5]);
    expect(of(200, 100, 50, 20, 10).map((s) => s.before)).toEqual([undefined, 200, 100, 50, 20]);
  });
  it('is empty without contacts, and shows a trace of what is little', () => {
    expect(of(0, 0, 0, 0, 0).every((s) => s.width === 0)).toBe(true);
    expect(of(100_000, 1, 1, 1, 0).map((s) => s.width)).toEqual([100, 0.5, 0.5, 0.5, 0]);
  });
  it('never shows a stage longer than the one before', () => {
    expect(of(100, 60, 61, 10, 0).map((s) => s.width)).toEqual([100, 60, 60, 10, 0]);
  });
  it('takes stages that were left out as nothing', () => {
    expect(steps([{ key: 'contacts', count: 4 }]).map((s) => s.count)).toEqual([4, 0, 0, 0, 0]);
  });
});

describe('figures', () => {
  const f = formatter('zh-CN', 'Asia/Shanghai');
  const live = (part: Partial<CampaignLive['figures']>, contacts = 10, called = 5) =>
    ({
      figures: { progress: 0.5, answer_rate: 0.25, abandon_rate: 0, intent_rate: 0.123, intent_of_answered: 1, talk_total_ms: 3_725_000, talk_mean_ms: 61_400, callee_hangup_rate: 0.9, placed: 8, answered: 2, talked: 2, grade_ab: 1, ...part },
      funnel: [{ key: 'contacts', count: contacts }, { key: 'called', count: called }],
    }) as Pick<CampaignLive, 'figures' | 'funnel'>;
  it('shows rates with one decimal and times as m:ss', () => {
    expect(figures.map((k) => figureText(live({}), k, f))).toEqual(['50.0%', '25.0%', '0.0%', '12.3%', '100.0%', '90.0%', '1:02:05', '1:01']);
  });
  it('shows no rate of nothing', () => {
    const none = live({ placed: 0, answered: 0, talk_total_ms: 0, talk_mean_ms: 0 }, 0, 0);
    expect(figures.map((k) => figureText(none, k, f))).toEqual(['–', '–', '–', '–', '–', '–', '0:00', '–']);
  });
});

describe('settled', () => {
  const at = (before: string, now: string) => settled([...before], [...now], (x) => x).join('');
  it.each([
    ['', 'abc', 'abc'],
    ['abc', 'cba', 'abc'],
    ['abc', 'dca', 'adc'],
    ['abc', 'ac', 'ac'],
    ['abc', 'xyzabc', 'abcxyz'],
    ['abcd', 'yd', 'yd'],
  ])('%s with %s becomes %s', (before, now, after) => expect(at(before, now)).toBe(after));
  it('takes the newly read row', () => {
    expect(settled([{ id: 'a', n: 1 }], [{ id: 'a', n: 2 }], (r) => r.id)).toEqual([{ id: 'a', n: 2 }]);
  });
});
