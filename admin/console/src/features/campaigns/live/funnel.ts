import type { Count } from '@/api/types';

export const stages = ['contacts', 'called', 'answered', 'talked', 'grade_ab'] as const;
export type Stage = (typeof stages)[number];

export interface Step {
  key: Stage;
  count: number;
  width: number; // of the first stage, 0 to 100
  before: number | undefined; // the count of the stage before
}

// steps are the stages in their order. A stage never shows longer than the one before it, also while numbers that were
// read a moment apart do not quite agree.
export function steps(funnel: Count[]): Step[] {
  const counts = stages.map((key) => funnel.find((f) => f.key === key)?.count ?? 0);
  const whole = Math.max(...counts, 0);
  let limit = 100;
  return stages.map((key, i) => {
    const share = whole ? (100 * counts[i]!) / whole : 0;
    // What is there at all can be seen.
    const seen = counts[i]! > 0 ? Math.max(share, 0.5) : 0;
    limit = Math.min(limit, seen);
    return { key, count: counts[i]!, width: limit, before: i ? counts[i - 1] : undefined };
  });
}
