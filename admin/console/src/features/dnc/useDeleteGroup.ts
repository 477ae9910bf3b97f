import { useI18n } from 'vue-i18n';
import { api, must } from '@/api/client';
import type { DncGroup } from '@/api/types';
import { useAction } from '@/composables/useAction';
import { useFormat } from '@/composables/useFormat';
import { confirmDanger } from '@/ui/confirm';

// useDeleteGroup asks and deletes; true when the group is gone.
export function useDeleteGroup() {
  const { t } = useI18n();
  const f = useFormat();
  const { busy, run } = useAction();
  async function remove(g: DncGroup): Promise<boolean> {
    const sure = await confirmDanger({ title: t('dnc.delete.title'), name: g.name, consequences: t('dnc.delete.text', { n: f.value.number(g.numbers) }), confirm: t('ui.delete') });
    return sure && run(() => must(api.DELETE('/api/v1/dnc/groups/{id}', { params: { path: { id: g.id } } })), t('dnc.delete.done'));
  }
  return { busy, remove };
}
