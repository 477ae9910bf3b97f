import { useI18n } from 'vue-i18n';
import type { Match } from '@/api/types';

// What happens in a talk, in the reader's words. A code that is newer than this console is shown as it is.
export function useTalkWords() {
  const { t, te } = useI18n();
  const word = (group: string, code: string | undefined, text = code) => {
    if (!code) return '';
    const key = `talk.${group}.${code}`;
    return te(key) ? t(key) : (text ?? '').replaceAll('_', ' ');
  };
  // A question of a script is an intent of its own name.
  const intent = (name: string | undefined) => word('intent', name?.replace(/^question:/, ''));
  return {
    intent,
    end: (code: string | undefined) => word('end', code),
    rule: (sentence: string | undefined) => word('rule', sentence && slug(sentence), sentence),
    match: (m: Pick<Match, 'intent'> & { kind: string }) => [word('match.kind', m.kind), m.kind === 'intent' || m.kind === 'question' || m.kind === 'digits' ? intent(m.intent) : ''].filter(Boolean).join(' · '),
  };
}

export const slug = (sentence: string) => sentence.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '');
