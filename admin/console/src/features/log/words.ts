import { useI18n } from 'vue-i18n';
import type { Operation } from '@/api/types';
import { useFormat } from '@/composables/useFormat';

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
// The values of these fields are words of the product.
const domains: Record<string, string[]> = { data_scope: ['state.scope'], kind: ['state.tenant'], permissions: ['permission'], state: ['state.campaign', 'state.job'], level: ['announcements.levels'] };

// useWords says what the log keeps as names.
export function useWords() {
  const { t, te } = useI18n();
  const f = useFormat();
  const known = (key: string, otherwise: string) => (te(key) ? t(key) : otherwise);

  const moduleWord = (m: string) => known(`log.modules.${m}`, m);
  const actionWord = (m: string, a: string) => known(`log.actions.${m}.${a}`, a);
  const kindWord = (k: string) => known(`log.kinds.${k}`, k);
  const fieldWord = (path: string[]) => path.map((p) => known(`log.fields.${p}`, p)).join(' · ');

  function valueWord(v: unknown, path: string[]): string {
    if (v === undefined || v === null || v === '') return '–';
    if (typeof v === 'boolean') return t(v ? 'ui.yes' : 'ui.no');
    if (typeof v === 'number') return String(v);
    if (Array.isArray(v)) return v.length ? v.map((x) => valueWord(x, path)).join(', ') : '–';
    if (typeof v === 'object') return JSON.stringify(v);
    const text = String(v);
    if (time.test(text)) return f.value.dateTime(text);
    for (const d of domains[path.at(-1) ?? ''] ?? []) if (te(`${d}.${text}`)) return t(`${d}.${text}`);
    return text;
  }
  // A summary that lists changed fields is said in words; any other is shown as it is.
  function summaryWord(o: Operation): string {
    if (!o.summary) return '';
    const names = o.summary.split(', ');
    const all = new Set([...Object.keys(o.before ?? {}), ...Object.keys(o.after ?? {})]);
    if (all.size && names.every((n) => all.has(n))) return t('log.changedFields', { fields: names.map((n) => fieldWord([n])).join('、') });
    return o.summary;
  }
  return { moduleWord, actionWord, kindWord, fieldWord, valueWord, summaryWord };
}
