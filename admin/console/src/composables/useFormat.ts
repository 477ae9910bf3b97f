import { computed } from 'vue';
import { language } from '@/app/i18n';
import { useSession } from '@/app/session';
import { formatter } from '@/ui/format';

// useFormat is the one formatter, for the language and the tenant's zone of now: `const f = useFormat()`, then
// `f.value.dateTime(row.created_at)`, in a template `f.dateTime(row.created_at)`.
export function useFormat() {
  const session = useSession();
  return computed(() => formatter(language.value === 'zh' ? 'zh-CN' : 'en-GB', session.zone));
}
