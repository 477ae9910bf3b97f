import type { CallFilter } from '@/api/types';
import type { Filters } from '@/composables/useList';
import { fromZone } from './zoned';

// What the filter bar of finished calls holds, and what the address of the page says. Everything is text, as typed.
export interface CallFilters extends Filters {
  number: string;
  name: string;
  class: string;
  disposition: string[];
  grade: string[];
  read: string; // 'yes' | 'no'
  from: string; // 'YYYY-MM-DD HH:mm:ss' in the tenant's zone
  to: string;
  talkMin: string;
  talkMax: string;
  turnsMin: string;
  turnsMax: string;
  hungUpBy: string;
  ordinal: string;
  agentGroup: string; // its id
  push: string;
  listened: string; // 'yes' | 'no'
  takenOver: string;
}

export const noFilters = (): CallFilters => ({
  number: '', name: '', class: '', disposition: [], grade: [], read: '', from: '', to: '', talkMin: '', talkMax: '', turnsMin: '', turnsMax: '', hungUpBy: '', ordinal: '', agentGroup: '', push: '', listened: '', takenOver: '',
});

// Those behind "more filters".
const further = ['from', 'to', 'talkMin', 'talkMax', 'turnsMin', 'turnsMax', 'hungUpBy', 'ordinal', 'agentGroup', 'push', 'listened', 'takenOver', 'disposition'] as const;
export const furtherCount = (f: CallFilters): number =>
  further.filter((k) => (k === 'to' ? !f.from && f.to : f[k].length > 0)).length;

export const fewestDigits = 3;

// queryOf is what the server is asked. An address may be typed by hand: what is no number or no time is left out.
export function queryOf(f: CallFilters, zone: string): CallFilter {
  const q: CallFilter = { state: 'ended' };
  const number = f.number.replace(/[\s()-]/g, '');
  if (/^\+?\d+$/.test(number) && number.replace('+', '').length >= fewestDigits) q.number = number;
  if (f.name.trim()) q.name = f.name.trim();
  if (f.class) q.class = f.class as CallFilter['class'];
  if (f.disposition.length) q.disposition = [...f.disposition];
  if (f.grade.length) q.grade = [...f.grade];
  const asked = { read: f.read, listened: f.listened, taken_over: f.takenOver } as const;
  for (const [k, v] of Object.entries(asked)) if (v === 'yes' || v === 'no') q[k as keyof typeof asked] = v === 'yes' ? 'true' : 'false';
  if (f.hungUpBy) q.hung_up_by = [f.hungUpBy];
  const from = fromZone(f.from, zone);
  const to = fromZone(f.to, zone);
  if (from) q.dialled_from = from;
  if (to) q.dialled_to = to;
  const counts = { talk_min_s: f.talkMin, talk_max_s: f.talkMax, turns_min: f.turnsMin, turns_max: f.turnsMax } as const;
  for (const [k, v] of Object.entries(counts)) {
    const n = whole(v);
    if (n !== undefined) q[k as keyof typeof counts] = n;
  }
  const ordinal = whole(f.ordinal);
  if (ordinal) q.ordinal = ordinal;
  const agents = whole(f.agentGroup);
  if (agents) q.agent_group_id = agents;
  if (['none', 'waiting', 'sent', 'failed'].includes(f.push)) q.push = [f.push];
  return q;
}

function whole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}
