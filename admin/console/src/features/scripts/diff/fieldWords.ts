import { useI18n } from 'vue-i18n';
import { useTalkWords } from '@/ui/talkWords';

// useFieldWords names the keys of a script's document in the reader's words.
export function useFieldWords() {
  const { t, te } = useI18n();
  const talk = useTalkWords();
  const known = (key: string) => (te(`scripts.key_of.${key}`) ? t(`scripts.key_of.${key}`) : key);

  // field names a place inside a node or part: branches.affirm is a branch and the intent that it is for.
  function field(path: string): string {
    if (!path) return t('scripts.key_of.whole');
    const dot = path.indexOf('.');
    const [first, rest] = dot < 0 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)];
    if (first === 'branches' || first === 'anywhere') return rest ? `${known(first)} · ${trigger(rest)}` : known(first);
    return rest ? `${known(first)} · ${rest.split('.').map(known).join(' · ')}` : known(first);
  }
  // trigger names what a branch is for.
  function trigger(on: string): string {
    const [kind, rest] = split(on);
    if (rest) return `${known(`on_${kind}`)} ${rest}`;
    if (te(`scripts.key_of.on_${on}`)) return known(`on_${on}`);
    // Ways that no branch has, such as the one after too many visits.
    return te(`talk.intent.${on}`) || !te(`scripts.key_of.${on}`) ? talk.intent(on) : known(on);
  }
  return { field, trigger, part: (name: string) => (te(`scripts.part.${name}`) ? t(`scripts.part.${name}`) : name) };
}

const split = (on: string): [string, string] => {
  const i = on.indexOf(':');
  return i < 0 ? [on, ''] : [on.slice(0, i), on.slice(i + 1)];
};
