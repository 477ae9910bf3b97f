import { defineAsyncComponent, defineComponent, h } from 'vue';
import { t } from '@/app/i18n';

// The tables of calls belong to the feature of the calls. A build fails without them; while both are being written, the
// page says that one is missing.
const found = import.meta.glob<{ default: object }>('../calls/{LiveCalls,FinishedCalls}.vue');
const Missing = defineComponent({ render: () => h('p', { class: 'soft' }, t('campaigns.missing')) });

function table(name: string) {
  const load = found[`../calls/${name}.vue`];
  return load ? defineAsyncComponent(load as never) : Missing;
}
export const calledTables = { LiveCalls: table('LiveCalls'), FinishedCalls: table('FinishedCalls') };
