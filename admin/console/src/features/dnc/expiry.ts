import type { Tone } from '@/ui/states';

export interface Expiry {
  word: 'expired' | 'never' | 'until' | 'soon' | 'today';
  tone: Tone;
  days: number; // that are left, for soon
}

const day = 24 * 3_600_000;
const near = 7;

// expiryOf says how long a group still counts. The server says whether it has expired: its clock is the one that counts.
export function expiryOf(g: { expires_at?: string; expired: boolean }, now: number): Expiry {
  if (g.expired) return { word: 'expired', tone: 'bad', days: 0 };
  const at = Date.parse(g.expires_at ?? '');
  if (Number.isNaN(at)) return { word: 'never', tone: 'calm', days: 0 };
  const days = Math.floor((at - now) / day);
  if (days < 1) return { word: 'today', tone: 'warn', days: 0 };
  return days <= near ? { word: 'soon', tone: 'warn', days } : { word: 'until', tone: 'good', days };
}
