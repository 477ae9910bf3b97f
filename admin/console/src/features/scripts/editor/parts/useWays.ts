import { useI18n } from 'vue-i18n';

// useWays says what a way out of a node waits for: 肯定, 关键词 几点, 按键 1.
export function useWays() {
  const { t, te } = useI18n();
  function wayWord(on: string): string {
    if (on.startsWith('?')) return t('editor.way.question', { id: on.slice(1) });
    const i = on.indexOf(':');
    const head = i < 0 ? on : on.slice(0, i);
    if (i >= 0 && te(`editor.way.with.${head}`)) return t(`editor.way.with.${head}`, { value: on.slice(i + 1) });
    return te(`editor.way.${on}`) ? t(`editor.way.${on}`) : on;
  }
  return { wayWord };
}
