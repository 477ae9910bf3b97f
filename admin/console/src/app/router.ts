import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router';
import type { Me } from '@/api/types';
import { can } from '@/api/types';
import { problemOf } from '@/api/problem';
import { t } from './i18n';
import { modules } from './modules';
import { startFailure } from './start';
import { connect, useSession } from './session';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: () => '/home' },
    ...modules.flatMap((m) => m.routes),
    { path: '/:rest(.*)*', name: 'not-found', component: () => import('./NotFoundPage.vue'), meta: { title: 'app.notFound.title' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

let connected = false;

router.beforeEach(async (to) => {
  const session = useSession();
  if (!connected) {
    connected = true;
    connect((path) => {
      const here = router.currentRoute.value;
      if (here.path !== path) void router.push({ path, query: here.meta.open ? {} : { to: here.fullPath } });
    });
  }
  if (!session.me) fetchPage(to);
  try {
    await session.known();
  } catch (e) {
    // The server is away: the app says so in place of the page, and tries again.
    startFailure.value = problemOf(e);
    return true;
  }
  startFailure.value = null;
  return whereTo(to, session.me);
});

// fetchPage lets the files of a page come while the session is still asked for.
function fetchPage(to: RouteLocationNormalized): void {
  for (const part of to.matched.flatMap((r) => Object.values(r.components ?? {}))) {
    if (typeof part === 'function') void (part as () => Promise<unknown>)().catch(() => undefined); // the router tries again, and tells
  }
}

// whereTo sends whoever may not see a page to where they must go first. A page that the role forbids opens as such: its
// address stays, and App.vue shows that it is forbidden.
export function whereTo(to: Pick<RouteLocationNormalized, 'path' | 'fullPath' | 'meta'>, me: Me | null): true | RouteLocationRaw {
  if (!me) return to.meta.open ? true : { path: '/sign-in', query: to.path === '/' || to.path === '/home' ? {} : { to: to.fullPath } };
  if (me.must_change_password) return to.path === '/first-password' ? true : { path: '/first-password' };
  if (to.path === '/first-password' || to.path === '/sign-in') return { path: '/home' };
  if (to.path === '/home' && !can(me, to.meta.permission)) return { path: '/profile' };
  return true;
}

router.afterEach((to) => {
  const title = to.meta.title ? t(to.meta.title) : '';
  document.title = title ? `${title} · Outdial` : 'Outdial';
});

// A file of an older build is gone after an upgrade: read the page again, once.
router.onError((e, to) => {
  if (/dynamically imported module|Importing a module script failed/i.test(String(e)) && !sessionStorage.getItem('outdial.reloaded')) {
    sessionStorage.setItem('outdial.reloaded', '1');
    location.assign(to.fullPath);
  }
});
router.afterEach(() => sessionStorage.removeItem('outdial.reloaded'));
