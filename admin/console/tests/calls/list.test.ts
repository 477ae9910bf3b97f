import { beforeEach, describe, expect, it } from 'vitest';
import { furtherCount, noFilters, queryOf } from '@/features/calls/list/filters';
import { extended, leaveTrail, neighbours, type Trail, trailOf } from '@/features/calls/list/trail';
import { fromZone } from '@/features/calls/list/zoned';
import { slug } from '@/ui/talkWords';

const zone = 'Asia/Shanghai';

describe('filters of finished calls', () => {
  it('ask for ended calls when nothing is filtered', () => {
    expect(queryOf(noFilters(), zone)).toEqual({ state: 'ended' });
    expect(furtherCount(noFilters())).toBe(0);
  });

  it('are asked for by their names in the contract', () => {
    const all = {
      number: '138 0013', name: ' 王 ', class: 'callee_fault', disposition: ['busy', 'vacant'], grade: ['A', 'B'], read: 'no', from: '2026-03-01 09:00:00', to: '2026-03-02 00:00:00',
      talkMin: '10', talkMax: '60', turnsMin: '0', turnsMax: '5', hungUpBy: 'robot', ordinal: '2', agentGroup: '7', push: 'failed', listened: 'yes', takenOver: 'no',
    };
    expect(queryOf(all, zone)).toEqual({
      state: 'ended', number: '1380013', name: '王', class: 'callee_fault', disposition: ['busy', 'vacant'], grade: ['A', 'B'], read: 'false', dialled_from: '2026-03-01T01:00:00.000Z',
      dialled_to: '2026-03-01T16:00:00.000Z', talk_min_s: 10, talk_max_s: 60, turns_min: 0, turns_max: 5, hung_up_by: ['robot'], ordinal: 2, agent_group_id: 7, push: ['failed'], listened: 'true', taken_over: 'false',
    });
    expect(furtherCount(all)).toBe(12);
  });

  it('leave out what an address typed by hand may hold', () => {
    const odd = { ...noFilters(), number: '12', read: 'maybe', listened: '1', takenOver: 'x', from: 'yesterday', to: '2026-02-30 00:00:00', talkMin: '-1', talkMax: '1e9', turnsMin: 'x', ordinal: '0', agentGroup: 'x', name: '  ' };
    expect(queryOf(odd, zone)).toEqual({ state: 'ended' });
    for (const number of ['abc', '1+38', '<b>', '138%']) expect(queryOf({ ...noFilters(), number }, zone)).toEqual({ state: 'ended' });
    expect(queryOf({ ...noFilters(), number: '+86 138' }, zone).number).toBe('+86138');
    expect(queryOf({ ...noFilters(), read: 'yes' }, zone).read).toBe('true');
  });
});

describe('fromZone', () => {
  it.each([
    ['2026-03-01 09:05:00', 'Asia/Shanghai', '2026-03-01T01:05:00.000Z'],
    ['2026-03-01', 'Asia/Shanghai', '2026-02-28T16:00:00.000Z'],
    ['2026-07-01T12:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
    ['2026-01-01 12:00', 'Europe/Berlin', '2026-01-01T11:00:00.000Z'],
    ['2026-03-29 03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'], // just after the clock skipped an hour
    ['2026-03-01 00:00', 'No/Where', '2026-03-01T00:00:00.000Z'],
  ])('%s in %s is %s', (local, z, at) => expect(fromZone(local, z)).toBe(at));

  it.each(['', 'x', '2026-13-01', '2026-02-30', '2026-01-01 25:00', '2026-01-01 10:61', '2026-01-00'])('has no moment for %j', (x) => expect(fromZone(x, zone)).toBeUndefined());
});

describe('the trail', () => {
  const t: Trail = { campaign: 1, query: { state: 'ended' }, ids: ['c', 'b', 'a'], next: 'k', back: '/campaigns/1?tab=finished' };
  beforeEach(() => sessionStorage.clear());

  it('knows the calls beside one', () => {
    expect(neighbours(t, 'b')).toEqual({ before: 'c', after: 'a', place: 2, more: true });
    expect(neighbours(t, 'c').before).toBeUndefined();
    expect(neighbours(t, 'a').after).toBeUndefined();
    expect(neighbours(t, 'x')).toMatchObject({ before: undefined, after: undefined, place: 0 });
  });

  it('goes on with the list without repeating a call', () => {
    const longer = extended(t, ['a', '9', '8'], undefined);
    expect(longer.ids).toEqual(['c', 'b', 'a', '9', '8']);
    expect(neighbours(longer, '8')).toMatchObject({ after: undefined, more: false });
  });

  it('leads only to calls of its list, and back only into this console', () => {
    expect(trailOf('a')).toBeNull();
    leaveTrail(t);
    expect(trailOf('a')).toEqual(t);
    expect(trailOf('z')).toBeNull();
    leaveTrail({ ...t, back: 'https://elsewhere.example' });
    expect(trailOf('a')).toBeNull();
    sessionStorage.setItem('outdial.calls.trail', '{broken');
    expect(trailOf('a')).toBeNull();
  });
});

it('rules have a key of letters', () => expect(slug('Not connected, several times.')).toBe('not_connected_several_times'));
