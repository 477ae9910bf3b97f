import { useI18n } from 'vue-i18n';
import type { Call } from '@/api/types';
import { useTalkWords } from '@/ui/talkWords';

// What the platform says in codes, in the reader's words. A code that is newer than this console is shown as it is.
export function useCallWords() {
  const { t, te } = useI18n();
  const { end: talkEnd, ...talk } = useTalkWords();
  const word = (group: string, code: string | undefined) => {
    if (!code) return '';
    const key = `calls.${group}.${code}`;
    return te(key) ? t(key) : code.replaceAll('_', ' ');
  };
  const push = (p: Call['push']) => p && (p.reason ? t('calls.push.why', { state: word('push', p.state), reason: p.reason }) : word('push', p.state));
  const line = (v: Call['line']) => v && (te(`state.line.${v.status}`) ? t(`state.line.${v.status}`) : v.status);
  return { ...talk, push, line, talkEnd, end: (code: string | undefined) => word('end', code), party: (code: string | undefined) => word('party', code) };
}
