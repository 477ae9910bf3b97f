import { ElMessageBox } from 'element-plus';
import { h } from 'vue';
import { t } from '@/app/i18n';

export interface Danger {
  title: string; // what is done: "Delete campaign"
  name: string; // to what
  consequences: string | string[]; // what follows, and whether it can be undone
  confirm: string; // the word on the button: the verb, never "OK"
}

// confirmDanger asks before something is destroyed; it names the thing and what follows.
export async function confirmDanger(d: Danger): Promise<boolean> {
  const lines = Array.isArray(d.consequences) ? d.consequences : [d.consequences];
  return asked(
    ElMessageBox({
      title: d.title,
      message: () => h('div', { class: 'stack' }, [h('strong', { class: 'danger-name' }, d.name), ...lines.map((l) => h('p', l))]),
      showCancelButton: true,
      confirmButtonText: d.confirm,
      cancelButtonText: t('ui.cancel'),
      confirmButtonClass: 'el-button--danger',
      autofocus: false,
      closeOnClickModal: false,
    }),
  );
}

export function confirmLeave(): Promise<boolean> {
  return asked(
    ElMessageBox({
      title: t('ui.unsaved.title'), message: t('ui.unsaved.text'), showCancelButton: true, confirmButtonText: t('ui.unsaved.leave'), cancelButtonText: t('ui.unsaved.stay'),
    }),
  );
}

async function asked(box: Promise<unknown>): Promise<boolean> {
  try {
    await box;
    return true;
  } catch {
    return false; // the box rejects when it is closed
  }
}
