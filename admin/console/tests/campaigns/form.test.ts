import { describe, expect, it } from 'vitest';
import { ProblemError } from '@/api/problem';
import type { CampaignDetail } from '@/api/types';
import { changesOf, checkModel, emptyModel, formOf, type Model, modelOf, unitOf } from '@/features/campaigns/form';
import { placed } from '@/features/campaigns/refusal';

const campaign = {
  id: 7, name: 'Spring', description: '', script_id: 3, trunk_id: 2, robots: 5, start_mode: 'scheduled', start_at: '2026-03-01T01:30:00Z', state: 'paused',
  window: { zone: 'Asia/Shanghai', weekdays: ['mon', 'sun'], from: '10:00', to: '18:30' }, redial: { max_attempts: 3, interval_seconds: 7200, on: ['busy'] },
  dnc: { enabled: true, group_ids: [4] }, redial_to_campaign_id: 9,
} as unknown as CampaignDetail;
const complete = (): Model => ({ ...emptyModel('Asia/Shanghai'), name: 'A', script_id: 1, trunk_id: 1 });

describe('form', () => {
  it('shows what was read and sends it back unchanged', () => {
    const m = modelOf(campaign, 'UTC');
    expect(m).toMatchObject({ start_wall: '2026-03-01T09:30', interval: 2, interval_unit: 3600, weekdays: ['mon', 'sun'], redial_to_campaign_id: 9 });
    expect(formOf(m)).toMatchObject({
      name: 'Spring', start_at: '2026-03-01T01:30:00.000Z', window: campaign.window, redial: campaign.redial, redial_to_campaign_id: 9, dnc: { enabled: true, group_ids: [4] },
    });
    expect(changesOf(m, m)).toEqual({});
  });
  it('fills in what an older campaign does not say', () => {
    const m = modelOf({ ...campaign, window: {}, redial: {}, dnc: undefined, start_at: undefined, start_mode: 'manual' } as unknown as CampaignDetail, 'UTC');
    expect(m).toMatchObject({ zone: 'UTC', from: '09:00', to: '20:00', max_attempts: 1, dnc_enabled: false, start_wall: '' });
    expect(m.weekdays).toHaveLength(7);
  });
  it('sends only what was changed', () => {
    const before = modelOf(campaign, 'UTC');
    expect(changesOf(before, { ...before, name: 'Summer ' })).toEqual({ name: 'Summer' });
    expect(changesOf(before, { ...before, to: '19:00' })).toEqual({ window: { ...campaign.window, to: '19:00' } });
    expect(changesOf(before, { ...before, redial_to_campaign_id: undefined })).toEqual({ redial_to_campaign_id: 0 });
  });
  it('orders weekdays from Monday and leaves a manual start without its time', () => {
    const f = formOf({ ...complete(), weekdays: ['sun', 'mon'], start_wall: '2026-03-01T09:30' });
    expect(f.window?.weekdays).toEqual(['mon', 'sun']);
    expect(f).not.toHaveProperty('start_at');
  });
  it.each<[Partial<Model>, string[]]>([
    [{}, []],
    [{ name: '  ' }, ['name']],
    [{ script_id: undefined, trunk_id: undefined }, ['script_id', 'trunk_id']],
    [{ start_mode: 'scheduled' }, ['start_at']],
    [{ weekdays: [] }, ['window.weekdays']],
    [{ from: '08:45' }, ['window']],
    [{ to: '20:15' }, ['window']],
    [{ from: '12:00', to: '12:00' }, ['window']],
  ])('finds what is wrong with %o', (change, fields) => {
    expect(Object.keys(checkModel({ ...complete(), ...change }))).toEqual(fields);
  });
  it.each([[0, 60], [90, 1], [0, 60], [120, 60], [3600, 3600], [5400, 60], [172_800, 86_400]])('shows %i seconds in units of %i', (seconds, unit) => {
    expect(unitOf(seconds)).toBe(unit);
  });
  it('moves reasons to the fields that show them', () => {
    const refused = new ProblemError({
      title: '', status: 422, detail: '', code: 'invalid',
      errors: [{ location: 'body.window.from', message: 'a' }, { location: 'body.window.weekdays[0]', message: 'b' }, { location: 'body.name', message: 'c' }],
    });
    expect((placed(refused) as ProblemError).fields).toEqual({ window: 'a', 'window.weekdays': 'b', name: 'c' });
    expect(placed('other')).toBe('other');
  });
});
