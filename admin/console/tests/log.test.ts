import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actions } from '@/features/log/actions';
import { diff } from '@/features/log/diff';
import zh from '@/features/log/zh';

const said = (before: Parameters<typeof diff>[0], after: Parameters<typeof diff>[1]) => diff(before, after).map((c) => [c.path.join('.'), c.kind]);

describe('diff', () => {
  it('tells what was made, changed and taken away', () => {
    expect(said({ a: 1, b: 2, c: 3 }, { a: 1, b: 4, d: 5 })).toEqual([['b', 'changed'], ['c', 'removed'], ['d', 'added']]);
    expect(said(null, { name: 'x', remark: '' })).toEqual([['name', 'added']]);
    expect(said({ name: 'x' }, null)).toEqual([['name', 'removed']]);
    expect(said(null, null)).toEqual([]);
  });
  it('looks into objects', () => {
    expect(said({ window: { from: '09:00', to: '18:00' } }, { window: { from: '10:00', to: '18:00' } })).toEqual([['window.from', 'changed']]);
    expect(said({ unit: null }, { unit: { id: 1 } })).toEqual([['unit.id', 'added']]);
    expect(said({ unit: {} }, { unit: null })).toEqual([]);
  });
  it('says what came to a list and what went', () => {
    const [c] = diff({ permissions: ['a', 'b'] }, { permissions: ['b', 'c'] });
    expect([c!.gained, c!.lost]).toEqual([['c'], ['a']]);
    const [rows] = diff({ list: [{ id: 1 }] }, { list: [{ id: 2 }] });
    expect([rows!.kind, rows!.gained]).toEqual(['changed', undefined]);
  });
  it('tells false and 0 from nothing', () => {
    expect(said({ disabled: false, n: 0 }, { disabled: true, n: null })).toEqual([['disabled', 'changed'], ['n', 'removed']]);
  });
});

describe('actions', () => {
  const contract = JSON.parse(readFileSync('../openapi/openapi.json', 'utf8')) as { paths: Record<string, Record<string, { 'x-logs'?: string }>> };
  // An operation that writes one of several entries separates their actions by a bar.
  const each = (logs: string) => {
    const [module, all = ''] = logs.split('.');
    return all.split('|').map((a) => `${module}.${a}`);
  };
  const logged = [...new Set(Object.values(contract.paths).flatMap((p) => Object.values(p).flatMap((o) => (o['x-logs'] ? each(o['x-logs']) : []))))].sort();
  it('are those of the contract', () => {
    expect(Object.entries(actions).flatMap(([m, list]) => list.map((a) => `${m}.${a}`)).sort()).toEqual(expect.arrayContaining(logged));
  });
  it('all have words', () => {
    const words = zh.actions as Record<string, Record<string, string>>;
    for (const [m, list] of Object.entries(actions)) for (const a of list) expect(words[m]?.[a], `${m}.${a}`).toBeTruthy();
    expect(Object.keys(zh.modules).sort()).toEqual(Object.keys(actions).sort());
  });
});
