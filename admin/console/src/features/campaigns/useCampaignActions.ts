import { ElMessage } from 'element-plus';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { api, must } from '@/api/client';
import type { Campaign } from '@/api/types';
import { useSession } from '@/app/session';
import { useAction } from '@/composables/useAction';
import { useFormat } from '@/composables/useFormat';
import { confirmDanger } from '@/ui/confirm';
import { type Action, actionsFor } from './actions';

export type Move = 'start' | 'pause' | 'resume' | 'terminate';

// move asks the server for a change of state.
export function move(id: number, action: Move): Promise<unknown> {
  const params = { path: { id } };
  if (action === 'start') return must(api.POST('/api/v1/campaigns/{id}/start', { params }));
  if (action === 'pause') return must(api.POST('/api/v1/campaigns/{id}/pause', { params }));
  if (action === 'resume') return must(api.POST('/api/v1/campaigns/{id}/resume', { params }));
  return must(api.POST('/api/v1/campaigns/{id}/terminate', { params }));
}

// useCampaignActions is what the buttons of a campaign do; `after` is told what was done.
export function useCampaignActions(after: (action: Action) => void) {
  const { t } = useI18n();
  const f = useFormat();
  const router = useRouter();
  const session = useSession();
  const { busy, run } = useAction();

  const available = (c: Pick<Campaign, 'state'>) => actionsFor(c.state, session.can);

  async function act(action: Action, c: Pick<Campaign, 'id' | 'name' | 'progress'>): Promise<void> {
    if (action === 'edit') return void (await router.push(`/campaigns/${c.id}/edit`));
    if (!(await agreed(action, c))) return;
    const work = action === 'delete' ? () => must(api.DELETE('/api/v1/campaigns/{id}', { params: { path: { id: c.id } } })) : () => move(c.id, action);
    const done = await run(work);
    if (done) ElMessage.success(`${t(`campaigns.did.${action}`)}: ${c.name}`);
    // Also after a refusal: somebody else may have been quicker, and the state shown is not the present one.
    if (done || action !== 'delete') after(action);
  }

  async function agreed(action: Action, c: Pick<Campaign, 'name' | 'progress'>): Promise<boolean> {
    if (action === 'terminate') {
      const left = c.progress.total - c.progress.finished;
      return confirmDanger({
        title: t('campaigns.terminate.title'), name: c.name, confirm: t('campaigns.action.terminate'),
        consequences: [
          t('campaigns.terminate.texts.end'), ...(left > 0 ? [t('campaigns.terminate.texts.left', { n: f.value.number(left) })] : []), t('campaigns.terminate.texts.keep'),
        ],
      });
    }
    if (action === 'delete') {
      return confirmDanger({
        title: t('campaigns.delete.title'), name: c.name, confirm: t('campaigns.action.delete'), consequences: [t('campaigns.delete.texts.gone'), t('campaigns.delete.texts.keep')],
      });
    }
    return true;
  }
  return { busy, available, act };
}
