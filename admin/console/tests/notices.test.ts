import { describe, expect, it } from 'vitest';
import type { NoticeData, NotificationKind } from '@/api/types';
import { i18n, setLanguage, t } from '@/app/i18n';
import { noticeWords } from '@/features/notifications/noticeWords';
import { formatter } from '@/ui/format';

const said = (kind: NotificationKind, data: NoticeData | undefined, lang: 'zh' | 'en') => {
  setLanguage(lang);
  const w = noticeWords({ kind, title: '存下的标题', body: '存下的内容', data }, t, (key) => i18n.global.te(key), formatter(lang === 'zh' ? 'zh-CN' : 'en-GB', 'UTC'));
  return `${w.title} | ${w.body}`;
};

describe('noticeWords', () => {
  it.each<[NotificationKind, NoticeData, string, string]>([
    ['alarm', { campaign: '春季', rule: 'answer_rate', value: 0.125, limit: 0.3, calls: 1200 }, '接通率过低：春季 | 电话接通率 12.5%，低于 30.0%（已拨打 1,200 通）', 'Answer rate too low: 春季 | The answer rate is 12.5%, below 30.0% (calls placed: 1,200)'],
    ['alarm', { campaign: 'A', rule: 'not_dialling', value: 660, limit: 600 }, '任务停止拨打：A | 任务进行中，有号码待拨打，但已 11 分钟没有外呼', 'Campaign does not dial: A | It is running and has numbers left, but has placed no call for 11 minutes'],
    ['campaign_finished', { campaign: 'A', state: 'terminated' }, '任务已终止：A | 任务被终止，不再外呼', 'Campaign terminated: A | It was terminated; no more calls are placed'],
    ['campaign_finished', { campaign: 'A', rule: 'finished', state: 'finished' }, '任务已完成：A | 全部号码已处理完毕，不再外呼', 'Campaign finished: A | All numbers are done; no more calls are placed'],
    ['import_finished', { file: 'a.xlsx', campaign: 'A', state: 'finished', total: 3, accepted: 2, rejected: 1 }, '导入完成：a.xlsx | 任务“A”：共 3 行，成功 2 行，失败 1 行', 'Import finished: a.xlsx | Campaign “A”: Rows: 3, accepted: 2, rejected: 1'],
    ['import_finished', { file: 'a.xlsx', state: 'failed', reason: 'why' }, '导入失败：a.xlsx | why', 'Import failed: a.xlsx | why'],
    ['export_finished', { campaign: 'A', work: 'calls_xlsx', state: 'finished', rows: 7 }, '已完成：A · 通话列表 | 共 7 条', 'Done: A · list of calls | Calls: 7'],
    ['export_finished', { work: 'recordings_zip', state: 'failed', reason: 'why' }, '未完成：录音文件 | why', 'Not done: recordings | why'],
    ['script_submitted', { script: 'S', version: 2, company: 'C', reason: 'why' }, 'C 提交了话术“S”第 2 版，等待审核 | why', 'C submitted version 2 of the script “S” for review | why'],
    ['script_refused', { script: 'S', version: 2, reason: 'why' }, '话术“S”第 2 版未通过审核 | why', 'Version 2 of the script “S” was refused | why'],
  ])('%s %j', (kind, data, zh, en) => expect([said(kind, data, 'zh'), said(kind, data, 'en')]).toEqual([zh, en]));

  it.each<[NotificationKind, NoticeData | undefined]>([
    ['announcement', { announcement_id: 3, level: 'info' }],
    ['alarm', undefined],
    ['alarm', { campaign: 'A', rule: 'newer' }],
    ['export_finished', { work: 'newer', state: 'finished' }],
    ['campaign_finished', { campaign: 'A', state: '' }],
  ])('%s of %j is shown as it was stored', (kind, data) => expect([said(kind, data, 'zh'), said(kind, data, 'en')]).toEqual(['存下的标题 | 存下的内容', '存下的标题 | 存下的内容']));
});
