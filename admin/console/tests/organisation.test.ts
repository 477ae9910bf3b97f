import { describe, expect, it } from 'vitest';
import type { Permission, PermissionRow, Unit } from '@/api/types';
import { stateOf } from '@/features/companies/state';
import { barred, choose, grouped, scopeWithin } from '@/features/roles/grouping';
import { find, flat, parentsFor, treeOf } from '@/features/team/tree';

const unit = (id: number, parent_id: number | null, name = `u${id}`, members = 0): Unit => ({ id, parent_id, name, members });
const drawn = (units: Unit[], closed?: Set<number>) => flat(treeOf(units), closed).map((b) => `${'.'.repeat(b.level - 1)}${b.unit.name}`);

describe('units', () => {
  const units = [unit(3, 1, 'b'), unit(1, null, 'top', 1), unit(4, 3, 'c', 5), unit(2, 1, 'a', 2)];
  it('stand below their parents, by name', () => {
    expect(drawn(units)).toEqual(['top', '.a', '.b', '..c']);
    expect(drawn(units, new Set([3]))).toEqual(['top', '.a', '.b']);
  });
  it('count members with those below', () => {
    expect(flat(treeOf(units)).map((b) => b.members)).toEqual([8, 2, 5, 5]);
    expect(find(treeOf(units), 4)?.path).toBe('top / b / c');
    expect(find(treeOf(units), 9)).toBeUndefined();
  });
  it('without a known parent stand at the top', () => {
    expect(drawn([unit(5, 99, 'lost'), unit(6, 6, 'self')])).toEqual(['lost', 'self']);
    expect(drawn([])).toEqual([]);
  });
  it('never move below themselves', () => {
    expect(parentsFor(treeOf(units), 3).map((b) => b.unit.id)).toEqual([1, 2]);
  });
});

describe('permissions', () => {
  const row = (key: Permission, dangerous = false): PermissionRow => ({ key, module: key.split('.')[0]!, dangerous });
  const rows = [row('campaigns.view'), row('campaigns.edit'), row('contacts.import'), row('calls.view'), row('calls.delete', true)];
  const any = () => true;

  it('come by module, and are found by their words and their key', () => {
    expect(grouped(rows, (r) => r.key).map((g) => [g.module, g.rows.length])).toEqual([['campaigns', 2], ['contacts', 1], ['calls', 2]]);
    expect(grouped(rows, (r) => (r.key === 'calls.delete' ? '删除通话' : ''), ' 删除 ').flatMap((g) => g.rows.map((r) => r.key))).toEqual(['calls.delete']);
    expect(grouped(rows, () => '', 'CAMPAIGNS.E').flatMap((g) => g.rows.map((r) => r.key))).toEqual(['campaigns.edit']);
    expect(grouped(rows, () => '', 'nothing')).toEqual([]);
  });
  it('bring the view that they need, and go with it', () => {
    expect(choose([], 'campaigns.edit', true, any)).toEqual(['campaigns.edit', 'campaigns.view']);
    expect(choose([], 'contacts.import', true, any)).toEqual(['contacts.import', 'campaigns.view']);
    expect(choose(['campaigns.view', 'campaigns.edit', 'contacts.import', 'calls.view'], 'campaigns.view', false, any)).toEqual(['calls.view']);
    expect(choose(['campaigns.view', 'campaigns.edit'], 'campaigns.edit', false, any)).toEqual(['campaigns.view']);
  });
  it('that cannot be given are left as they are', () => {
    expect(choose([], 'campaigns.edit', true, (p) => p !== 'campaigns.view')).toEqual(['campaigns.edit']);
    expect(choose(['campaigns.view', 'campaigns.edit'], 'campaigns.view', false, (p) => p !== 'campaigns.edit')).toEqual(['campaigns.edit']);
  });
});

describe('a role', () => {
  const me = { permissions: ['roles.view', 'roles.edit', 'calls.view'] as Permission[], role: { id: 1, name: 'r', data_scope: 'unit' as const } };
  const role = (more: object) => ({ id: 2, built_in: false, permissions: ['calls.view'] as Permission[], data_scope: 'own' as const, ...more });
  it.each([
    ['one within the own', role({}), undefined],
    ['a new one', undefined, undefined],
    ['the built-in one', role({ built_in: true }), 'builtIn'],
    ['the own', role({ id: 1 }), 'own'],
    ['one that allows more', role({ permissions: ['calls.delete'] }), 'wider'],
    ['one that sees more', role({ data_scope: 'tenant' }), 'wider'],
  ])('%s', (_name, r, want) => expect(barred(r, me)).toBe(want));
  it('cannot be changed without the permission', () => {
    expect(barred(role({}), { ...me, permissions: ['roles.view'] })).toBe('viewer');
    expect(scopeWithin('own', undefined)).toBe(true);
    expect(scopeWithin('tenant', 'unit_and_below')).toBe(false);
  });
});

describe('a company', () => {
  it('is banned by itself before it is with another', () => {
    expect(stateOf({ banned_by_ancestor: false })).toBe('active');
    expect(stateOf({ banned_by_ancestor: true })).toBe('ancestor');
    expect(stateOf({ banned_at: '2026-03-01T00:00:00Z', banned_by_ancestor: true })).toBe('banned');
  });
});
