import type { CampaignFigures, CampaignLive, Count } from '@/api/types';
import type { Formatter } from '@/ui/format';

// The figures of the manual, in its order. Name and definition are the messages `campaigns.figure.<key>`.
export const figures = [
  'progress', 'answer_rate', 'abandon_rate', 'intent_rate', 'intent_of_answered', 'callee_hangup_rate', 'talk_total_ms', 'talk_mean_ms',
] as const satisfies (keyof CampaignFigures)[];
export type Figure = (typeof figures)[number];

// What a rate is a rate of. Without any there is nothing to say, and 0.0% would say too much.
const of: Record<Figure, 'contacts' | 'placed' | 'called' | 'answered'> = {
  progress: 'contacts', answer_rate: 'placed', abandon_rate: 'answered', intent_rate: 'called', intent_of_answered: 'answered',
  callee_hangup_rate: 'answered', talk_total_ms: 'contacts', talk_mean_ms: 'answered',
};

export function figureText(live: Pick<CampaignLive, 'figures' | 'funnel'>, key: Figure, f: Formatter): string {
  const whole = of[key] === 'placed' || (of[key] === 'answered') ? live.figures[of[key] as 'placed' | 'answered'] : countOf(live.funnel, of[key]);
  if (key === 'talk_total_ms') return f.duration(live.figures.talk_total_ms);
  if (!whole) return f.percent(undefined);
  return key === 'talk_mean_ms' ? f.duration(live.figures.talk_mean_ms) : f.percent(live.figures[key]);
}

export const countOf = (counts: Count[], key: string): number => counts.find((c) => c.key === key)?.count ?? 0;
