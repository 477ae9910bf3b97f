import type { CampaignDetail, CampaignForm } from '@/api/types';
import { instantOf, wallClock } from '@/ui/zoned';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
export const redialable = ['no_answer', 'busy', 'rejected', 'powered_off', 'failed', 'restricted', 'abandoned', 'other'] as const;
export type Redialable = (typeof redialable)[number];
// What a line may say, before the answer or by who answers, for a call to be ended at once.
export const lineEnds = [
  'powered_off', 'vacant', 'suspended', 'in_call', 'rejected', 'unreachable', 'service_suspended', 'busy', 'wrong_number', 'incoming_barred', 'voicemail', 'forwarding_failed', 'network_busy',
  'no_answer', 'in_arrears', 'cannot_answer', 'number_changed', 'line_fault', 'call_later', 'busy_tone', 'congestion_tone', 'unobtainable_tone', 'machine',
] as const;
// Nobody is called earlier or later than this; the server refuses it too.
export const earliest = '09:00';
export const latest = '20:00';

export const grades = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

export const intervalUnits = [1, 60, 3600, 86400] as const;
export type IntervalUnit = (typeof intervalUnits)[number];

// Model is what the fields of the form are bound to.
export interface Model {
  name: string;
  description: string;
  script_id: number | undefined;
  trunk_id: number | undefined;
  robots: number;
  start_mode: 'manual' | 'scheduled';
  start_wall: string; // on the clock of `zone`
  zone: string;
  weekdays: Weekday[];
  from: string;
  to: string;
  max_attempts: number;
  interval: number;
  interval_unit: IntervalUnit;
  on: Redialable[];
  redial_to_campaign_id: number | undefined;
  dnc_enabled: boolean;
  dnc_group_ids: number[];
  end_on: string[];
  agent_group_id: number | undefined;
  wechat_robot_id: number | undefined;
  wechat_grades: string[];
}

export function emptyModel(zone: string): Model {
  return {
    name: '', description: '', script_id: undefined, trunk_id: undefined, robots: 1, start_mode: 'manual', start_wall: '', zone,
    weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'], from: earliest, to: latest, max_attempts: 1, interval: 30, interval_unit: 60, on: ['no_answer', 'busy', 'powered_off'],
    redial_to_campaign_id: undefined, dnc_enabled: true, dnc_group_ids: [], end_on: [], agent_group_id: undefined, wechat_robot_id: undefined, wechat_grades: ['A', 'B'],
  };
}

export function modelOf(c: CampaignDetail, tenantZone: string): Model {
  const zone = c.window.zone || tenantZone;
  const seconds = c.redial.interval_seconds ?? 0;
  const unit = unitOf(seconds);
  return {
    name: c.name, description: c.description, script_id: c.script_id, trunk_id: c.trunk_id, robots: c.robots, start_mode: c.start_mode,
    start_wall: wallClock(c.start_at, zone), zone, weekdays: c.window.weekdays?.length ? [...c.window.weekdays] : [...weekdays],
    from: c.window.from || earliest, to: c.window.to || latest, max_attempts: c.redial.max_attempts || 1, interval: seconds / unit, interval_unit: unit,
    on: [...(c.redial.on ?? [])], redial_to_campaign_id: c.redial_to_campaign_id || undefined, dnc_enabled: c.dnc?.enabled ?? false, dnc_group_ids: [...(c.dnc?.group_ids ?? [])],
    end_on: [...(c.end_on ?? [])], agent_group_id: c.agent_group?.id,
    wechat_robot_id: c.wechat?.robot_id || undefined, wechat_grades: c.wechat?.robot_id ? [...(c.wechat.grades ?? [])] : ['A', 'B'],
  };
}

// unitOf is the largest unit in which the interval is a whole number.
export function unitOf(seconds: number): IntervalUnit {
  if (seconds && seconds % 86_400 === 0) return 86_400;
  if (seconds && seconds % 3600 === 0) return 3600;
  return seconds % 60 ? 1 : 60;
}

export function formOf(m: Model): CampaignForm {
  return {
    name: m.name.trim(), description: m.description.trim(), script_id: m.script_id ?? 0, trunk_id: m.trunk_id ?? 0, robots: m.robots,
    start_mode: m.start_mode, ...(m.start_mode === 'scheduled' && m.start_wall ? { start_at: instantOf(m.start_wall, m.zone) } : {}),
    window: { zone: m.zone, weekdays: weekdays.filter((d) => m.weekdays.includes(d)), from: m.from, to: m.to },
    // Without a redial nobody sees the interval, so that it must not be a reason to refuse.
    redial: { max_attempts: m.max_attempts, interval_seconds: m.max_attempts > 1 ? Math.round(m.interval * m.interval_unit) : 0, on: redialable.filter((d) => m.on.includes(d)) },
    redial_to_campaign_id: m.redial_to_campaign_id ?? 0,
    dnc: { enabled: m.dnc_enabled, group_ids: [...m.dnc_group_ids] },
    end_on: lineEnds.filter((s) => m.end_on.includes(s)),
    agent_group_id: m.agent_group_id ?? 0,
    // Without a robot nobody sees the grades.
    wechat: { robot_id: m.wechat_robot_id ?? 0, grades: m.wechat_robot_id ? grades.filter((g) => m.wechat_grades.includes(g)) : [] },
  };
}

// changesOf are the fields that differ from what was read: only they are sent, so that a field somebody else changed in
// the meantime keeps its value.
export function changesOf(before: Model, now: Model): Partial<CampaignForm> {
  const a = formOf(before) as unknown as Record<string, unknown>;
  const b = formOf(now) as unknown as Record<string, unknown>;
  const keys = Object.keys(b).filter((k) => JSON.stringify(a[k]) !== JSON.stringify(b[k]));
  return Object.fromEntries(keys.map((k) => [k, b[k]])) as Partial<CampaignForm>;
}

// checkModel finds what the server would refuse and the form can tell at once; the values are message keys.
export function checkModel(m: Model): Record<string, string> {
  const out: Record<string, string> = {};
  if (!m.name.trim()) out.name = 'campaigns.form.needName';
  if (!m.script_id) out.script_id = 'campaigns.form.needScript';
  if (!m.trunk_id) out.trunk_id = 'campaigns.form.needTrunk';
  if (m.start_mode === 'scheduled' && !m.start_wall) out.start_at = 'campaigns.form.needStart';
  if (m.weekdays.length === 0) out['window.weekdays'] = 'campaigns.form.needDay';
  if (!m.from || !m.to || m.from < earliest || m.to > latest) out.window = 'campaigns.form.badWindow';
  else if (m.from >= m.to) out.window = 'campaigns.form.windowOrder';
  return out;
}
