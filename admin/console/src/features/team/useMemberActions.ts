import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, must } from '@/api/client';
import type { Member } from '@/api/types';
import { useAction } from '@/composables/useAction';
import { confirmDanger } from '@/ui/confirm';

export type MemberAction = 'disable' | 'enable' | 'reset' | 'signOut';

// useMemberActions asks where it must, and does it. secret is the password to be shown once.
export function useMemberActions(changed: () => unknown) {
  const { t } = useI18n();
  const { busy, run } = useAction();
  const secret = ref<{ title: string; account: string; password: string }>();

  const named = (m: Member) => (m.name ? `${m.name} (${m.account})` : m.account);
  const sure = (m: Member, what: Exclude<MemberAction, 'enable'>) =>
    confirmDanger({ title: t(`team.${what}.title`), name: named(m), consequences: t(`team.${what}.text`), confirm: t(`team.${what}.do`) });

  async function act(m: Member, what: MemberAction): Promise<void> {
    if (what !== 'enable' && !(await sure(m, what))) return;
    const params = { path: { id: m.id } };
    const work = async () => {
      if (what === 'signOut') await must(api.POST('/api/v1/members/{id}/sign-out', { params }));
      else if (what === 'reset') {
        const { password } = await must(api.POST('/api/v1/members/{id}/reset-password', { params }));
        secret.value = { title: t('team.reset.secret'), account: m.account, password };
      } else await must(api.PATCH('/api/v1/members/{id}', { params, body: { disabled: what === 'disable' } }));
    };
    if (await run(work, what === 'reset' ? undefined : t(`team.${what}.done`))) await changed();
  }
  return { busy, act, secret };
}
