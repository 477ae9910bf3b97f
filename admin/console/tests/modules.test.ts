import { describe, expect, it } from 'vitest';
import type { Me, Permission } from '@/api/types';
import { permissions } from '@/api/types';
import type { Messages, Module } from '@/app/module';
import { menuFor, modules, ordered } from '@/app/modules';
import { whereTo } from '@/app/router';
import en from '@/app/words.en';
import zh from '@/app/words.zh';

const person = (allowed: readonly Permission[], more: Partial<Me> = {}) => ({ permissions: [...allowed], must_change_password: false, ...more }) as Me;
const paths = (me: Me) => menuFor(modules, me).flatMap((s) => s.items.map((i) => i.path));

// leaves are the messages by their whole key, with the names of what they take.
function leaves(m: Messages, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [k, v] of Object.entries(m)) {
    if (typeof v === 'string') out.set(prefix + k, [...v.matchAll(/\{(\w+)\}/g)].map((x) => x[1]).sort().join());
    else for (const [key, names] of leaves(v, `${prefix}${k}.`)) out.set(key, names);
  }
  return out;
}

describe('modules', () => {
  it('are found, each once', () => {
    expect(modules.map((m) => m.id)).toEqual(expect.arrayContaining(['session', 'home', 'profile', 'notifications', 'scripts', 'trunks']));
    const twin = { id: 'a', routes: [], messages: { zh: {}, en: {} } } satisfies Module;
    expect(() => ordered([twin, { ...twin }])).toThrow('two features call themselves a');
  });
  it('claim every address once', () => {
    const all = modules.flatMap((m) => m.routes.map((r) => r.path));
    expect(new Set(all).size).toBe(all.length);
  });
  it('ask for permissions that exist', () => {
    for (const r of modules.flatMap((m) => m.routes)) if (r.meta?.permission) expect(permissions).toContain(r.meta.permission);
  });
  it('say the same in both languages', () => {
    const words = [{ id: 'app', messages: { zh, en } as { zh: Messages; en: Messages } }, ...modules];
    for (const { id, messages } of words) expect([id, leaves(messages.en)]).toEqual([id, leaves(messages.zh)]);
  });
  it('name menu entries and titles that have words', () => {
    const known = new Set([...leaves(zh as Messages).keys(), ...modules.flatMap((m) => [...leaves(m.messages.zh, `${m.id}.`).keys()])]);
    for (const m of modules) {
      for (const i of m.menu ?? []) expect(known).toContain(i.title);
      for (const r of m.routes) if (r.meta?.title) expect(known).toContain(r.meta.title);
    }
  });
});

describe('menu', () => {
  it('shows what the role allows, and no empty group', () => {
    const asking = modules.map((m) => ({ ...m, menu: m.menu?.filter((i) => i.permission) }));
    expect(menuFor(asking, person([]))).toEqual([]);
    expect(menuFor(asking, person(['scripts.view'])).flatMap((s) => s.items.map((i) => i.path))).toEqual(['/scripts', '/scripts/market', '/scripts/unmatched']);
    expect(menuFor(asking, person(['home.view', 'trunks.view'])).map((s) => s.group)).toEqual(['home', 'resources']);
  });
  it('shows everybody what asks for nothing', () => {
    const free = modules.flatMap((m) => (m.menu ?? []).filter((i) => !i.permission && !i.when).map((i) => i.path));
    expect(paths(person([])).sort()).toEqual(free.sort());
  });
  it('leads to pages of its own module that ask for the same permission', () => {
    for (const m of modules) {
      for (const i of m.menu ?? []) {
        const route = m.routes.find((r) => r.path === i.path);
        expect([i.path, route?.meta?.permission]).toEqual([i.path, i.permission]);
      }
    }
  });
  it('hides what is not for this kind of tenant', () => {
    const module: Module = {
      id: 'x', routes: [], messages: { zh: {}, en: {} },
      menu: [{ title: 't', icon: {}, path: '/x', group: 'organisation', order: 1, when: (me) => me.tenant.kind === 'operator' }],
    };
    expect(menuFor([module], person([], { tenant: { kind: 'merchant' } as Me['tenant'] }))).toEqual([]);
    expect(menuFor([module], person([], { tenant: { kind: 'operator' } as Me['tenant'] }))).toHaveLength(1);
  });
});

describe('whereTo', () => {
  const to = (path: string, meta = {}) => ({ path, fullPath: path, meta });
  it('asks a stranger to sign in, and remembers the page', () => {
    expect(whereTo(to('/scripts'), null)).toEqual({ path: '/sign-in', query: { to: '/scripts' } });
    expect(whereTo(to('/sign-in', { open: true }), null)).toBe(true);
  });
  it('lets a first password be nothing but changed', () => {
    const me = person(['scripts.view'], { must_change_password: true });
    expect(whereTo(to('/scripts'), me)).toEqual({ path: '/first-password' });
    expect(whereTo(to('/first-password'), me)).toBe(true);
  });
  it('has no sign-in page for whoever is signed in', () => {
    expect(whereTo(to('/sign-in', { open: true }), person(['home.view']))).toEqual({ path: '/home' });
    expect(whereTo(to('/home', { permission: 'home.view' }), person([]))).toEqual({ path: '/profile' });
  });
});
