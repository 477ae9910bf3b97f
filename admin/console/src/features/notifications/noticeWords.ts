import type { NoticeData, Notification } from '@/api/types';
import type { Formatter } from '@/ui/format';

export interface NoticeWords {
  title: string;
  body: string;
}
type Say = (key: string, named?: Record<string, unknown>) => string;
type Worded = Pick<Notification, 'kind' | 'title' | 'body'> & { data?: NoticeData };

// noticeWords says a notification in the reader's language. What the console does not know, as a rule or a kind of export
// that is newer than it, and what people have written themselves, as announcements, is shown as it was stored.
export function noticeWords(n: Worded, say: Say, knows: (key: string) => boolean, f: Formatter): NoticeWords {
  const stored = { title: n.title, body: n.body };
  const d = n.data ?? {};
  const t: Say = (key, named) => say(`notifications.say.${key}`, named);
  if (n.kind === 'alarm' && d.campaign && d.rule && knows(`notifications.say.alarm.${d.rule}.title`)) {
    const { value, limit } = measured(d, f);
    const values = { campaign: d.campaign, value, limit, calls: f.number(d.calls ?? 0) };
    return { title: t(`alarm.${d.rule}.title`, values), body: t(`alarm.${d.rule}.body`, values) };
  }
  if (n.kind === 'campaign_finished' && d.campaign && known(d.state, 'finished', 'terminated'))
    return { title: t(`campaign.${d.state}.title`, { campaign: d.campaign }), body: t(`campaign.${d.state}.body`) };
  if (n.kind === 'import_finished' && d.file && known(d.state, 'finished', 'failed')) {
    const counts = t('import.counts', { total: f.number(d.total ?? 0), accepted: f.number(d.accepted ?? 0), rejected: f.number(d.rejected ?? 0) });
    const body = d.state === 'failed' ? d.reason || t('failed') : counts;
    return { title: t(`import.${d.state}`, { file: d.file }), body: d.campaign ? t('of', { campaign: d.campaign, said: body }) : body };
  }
  if (n.kind === 'export_finished' && d.work && known(d.state, 'finished', 'failed') && knows(`notifications.say.work.${d.work}`)) {
    const what = d.campaign ? t('workOf', { campaign: d.campaign, work: t(`work.${d.work}`) }) : t(`work.${d.work}`);
    const rows = d.state === 'finished' ? t('rows', { n: f.number(d.rows ?? 0) }) : '';
    return { title: t(`export.${d.state}`, { what }), body: d.reason || rows };
  }
  if ((n.kind === 'script_submitted' || n.kind === 'script_approved' || n.kind === 'script_refused') && d.script && d.version)
    return { title: t(`${n.kind}`, { script: d.script, n: d.version, company: d.company ?? '' }), body: d.reason ?? '' };
  return stored;
}

function known(state: string | undefined, ...states: string[]): boolean {
  return !!state && states.includes(state);
}

// measured writes the numbers of an alarm as its rule means them: shares, seconds, minutes or counts.
function measured(d: NoticeData, f: Formatter): { value: string; limit: string } {
  const write = (n: number) => {
    if (d.rule === 'answer_rate' || d.rule === 'intent_rate') return f.percent(n);
    return f.number(d.rule === 'not_dialling' ? Math.floor(n / 60) : n);
  };
  return { value: write(d.value ?? 0), limit: write(d.limit ?? 0) };
}
