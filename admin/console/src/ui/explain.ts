import type { ProblemError } from '@/api/problem';
import { t } from '@/app/i18n';

// explain says what went wrong and what to do: the server's own words where it gave any.
export function explain(p: ProblemError): string {
  if (p.status === 0) return t('ui.error.offline');
  if (p.status === 429 && p.retryAfter) return `${p.problem.detail} ${t('ui.error.retryAfter', { n: p.retryAfter })}`.trim();
  // What is not there is never told apart from what belongs to others.
  if (p.status === 404) return t('ui.error.notFound');
  const fields = Object.entries(p.fields).map(([k, v]) => (k ? `${k}: ${v}` : v));
  const said = [p.problem.detail, ...fields].filter(Boolean).join(' — ');
  if (said) return said;
  if (p.status === 403) return t('ui.error.forbidden');
  return t('ui.error.failed', { status: p.status });
}
