import type { Me } from '@/api/types';
import { can } from '@/api/types';
import { type MenuGroup, type MenuItem, type Messages, menuGroups, type Module } from './module';

const found = import.meta.glob<Module>('../features/*/module.ts', { eager: true, import: 'default' });

// modules are all feature folders, by id.
export const modules: Module[] = ordered(Object.values(found));

// ordered refuses two features of one id: their messages would overwrite each other.
export function ordered(all: Module[]): Module[] {
  const seen = new Set<string>();
  for (const m of all) {
    if (seen.has(m.id)) throw new Error(`two features call themselves ${m.id}`);
    seen.add(m.id);
  }
  return [...all].sort((a, b) => a.id.localeCompare(b.id));
}

export function messagesOf(all: Module[], language: 'zh' | 'en'): Messages {
  return Object.fromEntries(all.map((m) => [m.id, m.messages[language]]));
}

export interface MenuSection {
  group: MenuGroup;
  items: MenuItem[];
}

// menuFor is what this person's menu shows: what the role allows, and no group without an entry.
export function menuFor(all: Module[], me: Me): MenuSection[] {
  const items = all
    .flatMap((m) => m.menu ?? [])
    .filter((i) => can(me, i.permission) && (i.when?.(me) ?? true))
    .sort((a, b) => a.order - b.order);
  return menuGroups
    .map((group) => ({ group, items: items.filter((i) => i.group === group) }))
    .filter((s) => s.items.length > 0);
}
