import { describe, expect, it } from 'vitest';
import type { Alarm, CampaignState } from '@/api/types';
import { actionsFor } from '@/features/campaigns/actions';
import { alarmModel, alarmOf } from '@/features/campaigns/alarm';
import { idleKey } from '@/features/campaigns/idle';
import { templateFile } from '@/ui/uploads';
import en from '@/features/campaigns/en';
import zh from '@/features/campaigns/zh';

describe('actions', () => {
  it.each<[CampaignState, string[]]>([
    ['not_started', ['start', 'edit', 'terminate', 'delete']],
    ['scheduling', ['pause', 'edit', 'terminate']],
    ['running', ['pause', 'edit', 'terminate']],
    ['paused', ['resume', 'edit', 'terminate']],
    ['finished', ['edit', 'delete']],
  ])('of a campaign that is %s are %o', (state, actions) => {
    expect(actionsFor(state, () => true)).toEqual(actions);
    expect(actionsFor(state, () => false)).toEqual([]);
  });
  it('are only those that the role allows', () => {
    expect(actionsFor('not_started', (p) => p === 'campaigns.run')).toEqual(['start', 'terminate']);
    expect(actionsFor('finished', (p) => p === 'campaigns.delete')).toEqual(['delete']);
  });
});

describe('alarm', () => {
  const alarm: Alarm = { enabled: true, answer_rate_below: 0.125, mean_talk_below_s: 20, on_finished: true, min_calls: 50, member_ids: [3] };
  it('shows shares as percentages and rules that are off as nothing, and back', () => {
    expect(alarmModel(alarm)).toMatchObject({ answer_rate_below: 12.5, intent_rate_below: null, mean_talk_below_s: 20, consecutive_abnormal: null });
    expect(alarmOf(alarmModel(alarm))).toEqual(alarm);
  });
  it('takes zero as off', () => {
    expect(alarmOf({ ...alarmModel(alarm), answer_rate_below: 0 })).not.toHaveProperty('answer_rate_below');
  });
});

describe('idle', () => {
  it.each([
    ['finished', 'terminated', 'terminated', ''],
    ['finished', 'every contact has been called', 'allCalled', ''],
    ['finished', 'given up', 'finished', 'given up'],
    ['paused', 'it is paused', 'paused', ''],
    ['paused', 'the company is banned', 'pausedBy', 'the company is banned'],
    ['platform', 'the disk is full', 'platform', 'the disk is full'],
    ['platform', 'the switch cannot be reached', 'noSwitch', ''],
    ['window', 'it is outside its calling window', 'window', ''],
    ['no_contacts', 'the campaign has no contacts yet', 'no_contacts', ''],
  ] as const)('%s for %s is said as %s', (code, detail, key, shown) => {
    expect(idleKey({ code, detail })).toEqual({ key, detail: shown });
    expect(zh.idle).toHaveProperty(key);
  });
});

describe('template', () => {
  it('holds headings only, for any spreadsheet', async () => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await templateFile(['号码', 'a,b', 'c"d']).arrayBuffer());
    expect(text).toBe('\uFEFF号码,"a,b","c""d"\r\n');
  });
});

describe('words', () => {
  const keys = (o: object): string[] => Object.entries(o).flatMap(([k, v]) => (typeof v === 'object' ? keys(v).map((x) => `${k}.${x}`) : [k]));
  it('are the same in both languages', () => expect(keys(en).sort()).toEqual(keys(zh).sort()));
});
