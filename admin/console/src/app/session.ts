import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api, hooks, must } from '@/api/client';
import { can as allows, type Me, type Permission } from '@/api/types';

// The session is who is signed in. The cookie is the server's; nothing of it is kept here.
export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null);
  const zone = computed(() => me.value?.tenant.zone ?? 'Asia/Shanghai');
  let asked: Promise<void> | null = null;

  // known asks once who is signed in; afterwards me is null for nobody.
  function known(): Promise<void> {
    asked ??= refresh().catch((e) => {
      asked = null;
      throw e;
    });
    return asked;
  }

  async function refresh(): Promise<void> {
    try {
      me.value = (await must(api.GET('/api/v1/me'))) as Me;
    } catch (e) {
      if ((e as { status?: number }).status !== 401) throw e;
      me.value = null;
    }
  }

  async function signIn(account: string, password: string): Promise<void> {
    await must(api.POST('/api/v1/sign-in', { body: { account, password } }));
    // Only GET /me is the whole person.
    await refresh();
    asked = Promise.resolve();
  }

  async function signOut(): Promise<void> {
    await api.POST('/api/v1/sign-out');
    me.value = null;
  }

  const can = (p: Permission | undefined) => allows(me.value, p);

  return { me, zone, known, refresh, signIn, signOut, can };
});

// connect ties the answers that concern the whole app to the session and to where the browser goes.
export function connect(go: (path: string) => void): void {
  const session = useSession();
  hooks.signedOut = () => {
    if (!session.me) return;
    session.me = null;
    go('/sign-in');
  };
  hooks.passwordChangeRequired = () => {
    if (session.me) session.me.must_change_password = true;
    go('/first-password');
  };
}
