import type { Alarm } from '@/api/types';

// AlarmModel is an alarm as its form shows it: percentages, and null for a rule that is off.
export interface AlarmModel {
  enabled: boolean;
  answer_rate_below: number | null;
  intent_rate_below: number | null;
  mean_talk_below_s: number | null;
  consecutive_abnormal: number | null;
  not_dialling_minutes: number | null;
  on_finished: boolean;
  min_calls: number;
  member_ids: number[];
}

const percentOf = (share: number | undefined | null) => (share ? Math.round(share * 1000) / 10 : null);
const shareOf = (percent: number | null | undefined) => (percent ? Math.round(percent * 10) / 1000 : undefined);

export function alarmModel(a: Alarm): AlarmModel {
  return {
    enabled: a.enabled, answer_rate_below: percentOf(a.answer_rate_below), intent_rate_below: percentOf(a.intent_rate_below), mean_talk_below_s: a.mean_talk_below_s || null,
    consecutive_abnormal: a.consecutive_abnormal || null, not_dialling_minutes: a.not_dialling_minutes || null, on_finished: a.on_finished, min_calls: a.min_calls,
    member_ids: [...(a.member_ids ?? [])],
  };
}

export function alarmOf(m: AlarmModel): Alarm {
  const rule = (key: string, v: number | null | undefined) => (v ? { [key]: v } : {});
  return {
    enabled: m.enabled, on_finished: m.on_finished, min_calls: m.min_calls, member_ids: [...m.member_ids],
    ...rule('answer_rate_below', shareOf(m.answer_rate_below)), ...rule('intent_rate_below', shareOf(m.intent_rate_below)),
    ...rule('mean_talk_below_s', m.mean_talk_below_s), ...rule('consecutive_abnormal', m.consecutive_abnormal), ...rule('not_dialling_minutes', m.not_dialling_minutes),
  };
}
