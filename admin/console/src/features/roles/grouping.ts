import type { DataScope, Me, Permission, PermissionRow, Role } from '@/api/types';

export interface Group {
  module: string;
  rows: PermissionRow[];
}

// grouped puts permissions by module, in the order of the catalogue. Text leaves those whose module or own words hold it.
export function grouped(rows: PermissionRow[], words: (row: PermissionRow) => string, text = ''): Group[] {
  const sought = text.trim().toLowerCase();
  const out = new Map<string, PermissionRow[]>();
  for (const r of rows) {
    if (sought && !`${words(r)} ${r.key}`.toLowerCase().includes(sought)) continue;
    out.set(r.module, [...(out.get(r.module) ?? []), r]);
  }
  return [...out].map(([module, list]) => ({ module, rows: list }));
}

const moduleOf = (key: string) => key.slice(0, key.indexOf('.'));
// Where the thing that a permission acts upon is shown.
const seenBy: Record<string, Permission> = { 'contacts.import': 'campaigns.view' };
const viewOf = (key: Permission) => seenBy[key] ?? (`${moduleOf(key)}.view` as Permission);

// choose gives or takes a permission. Who may change something must see it: giving the one gives the other, and what
// needs the view goes with it. Only what may be given is touched.
export function choose(chosen: readonly Permission[], key: Permission, on: boolean, givable: (p: Permission) => boolean): Permission[] {
  const now = new Set(chosen);
  if (on) {
    now.add(key);
    if (givable(viewOf(key))) now.add(viewOf(key));
  } else {
    now.delete(key);
    for (const other of chosen) if (viewOf(other) === key && givable(other)) now.delete(other);
  }
  return [...now];
}

const scopes: DataScope[] = ['own', 'unit', 'unit_and_below', 'tenant'];
export const scopeWithin = (a: DataScope, b: DataScope | undefined) => scopes.indexOf(a) <= scopes.indexOf(b ?? 'own');

export type Barred = 'builtIn' | 'own' | 'wider' | 'viewer';

// barred is why somebody cannot change a role, or all of it; undefined when they can.
export function barred(role: Pick<Role, 'id' | 'built_in' | 'permissions' | 'data_scope'> | undefined, me: Pick<Me, 'permissions' | 'role'>): Barred | undefined {
  if (!me.permissions.includes('roles.edit')) return 'viewer';
  if (!role) return undefined;
  if (role.built_in) return 'builtIn';
  const within = role.permissions.every((p) => me.permissions.includes(p)) && scopeWithin(role.data_scope, me.role?.data_scope);
  if (!within) return 'wider';
  return role.id === me.role?.id ? 'own' : undefined;
}
