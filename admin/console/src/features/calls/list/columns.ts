import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Call } from '@/api/types';
import { useFormat } from '@/composables/useFormat';
import type { Column } from '@/ui/columns';
import { useCallWords } from '../words';

// The manual's columns of finished calls; what fewer people need is hidden until it is chosen.
export function useCallColumns() {
  const { t } = useI18n();
  const f = useFormat();
  const words = useCallWords();
  const yesNo = (yes: boolean) => t(yes ? 'ui.yes' : 'ui.no');
  return computed((): Column<Call>[] => [
    { key: 'name', label: t('calls.column.name'), fixed: true, text: (c) => c.name || c.number },
    { key: 'customer', label: t('calls.column.customer'), hidden: true, text: (c) => c.customer || '–' },
    { key: 'number', label: t('calls.column.number') },
    { key: 'vars', label: t('calls.column.vars'), hidden: true },
    { key: 'state', label: t('calls.column.state'), hidden: true },
    { key: 'disposition', label: t('calls.column.disposition') },
    { key: 'grade', label: t('calls.column.grade') },
    { key: 'labels', label: t('calls.detail.labels'), hidden: true, text: (c) => c.labels.join(', ') || '–' },
    { key: 'turn_count', label: t('calls.column.turns'), numeric: true, text: (c) => f.value.number(c.turn_count) },
    { key: 'talk', label: t('calls.column.talk'), numeric: true, text: (c) => (c.answered_at ? f.value.duration(c.talk_ms) : '–') },
    { key: 'dialled', label: t('calls.column.dialled'), text: (c) => f.value.dateTime(c.dialled_at) },
    { key: 'answered', label: t('calls.column.answered'), hidden: true, text: (c) => f.value.time(c.answered_at) },
    { key: 'ended', label: t('calls.column.ended'), hidden: true, text: (c) => f.value.time(c.ended_at) },
    { key: 'caller_id', label: t('calls.column.callerId'), hidden: true },
    { key: 'ordinal', label: t('calls.column.ordinal'), numeric: true, text: (c) => f.value.number(c.ordinal) },
    { key: 'read', label: t('calls.column.read') },
    { key: 'trunk_name', label: t('calls.column.trunk') },
    { key: 'class', label: t('calls.column.class'), hidden: true, text: (c) => (c.class ? t(`state.class.${c.class}`) : '–') },
    { key: 'line', label: t('calls.detail.line'), hidden: true, text: (c) => words.line(c.line) || '–' },
    { key: 'answered_by', label: t('calls.detail.answeredBy'), hidden: true, text: (c) => words.line(c.answered_by) || '–' },
    { key: 'hung_up_by', label: t('calls.column.hungUpBy'), hidden: true, text: (c) => words.party(c.hung_up_by) || '–' },
    { key: 'push', label: t('calls.column.push'), hidden: true, text: (c) => words.push(c.push) || '–' },
    { key: 'transfer_asked', label: t('calls.column.transferAsked'), hidden: true, text: (c) => (c.transfer ? t('calls.transfer.asked') : '–') },
    { key: 'transfer', label: t('calls.column.transfer'), hidden: true, text: (c) => (c.transfer ? t(`calls.transfer.${c.transfer}`) : '–') },
    { key: 'agent_group', label: t('calls.column.agentGroup'), hidden: true, text: (c) => c.agent?.group?.name || '–' },
    { key: 'agent', label: t('calls.column.agent'), hidden: true, text: (c) => c.agent?.extension || '–' },
    { key: 'listened', label: t('calls.column.listened'), hidden: true, text: (c) => yesNo(c.listened) },
    { key: 'taken_over', label: t('calls.column.takenOver'), hidden: true, text: (c) => yesNo(c.taken_over) },
    { key: 'agent_reaction', label: t('calls.column.agentReaction'), numeric: true, hidden: true, text: (c) => (c.agent?.asked_at ? f.value.seconds(c.agent.reaction_ms) : '–') },
    { key: 'listened_ms', label: t('calls.column.listenedFor'), numeric: true, hidden: true, text: (c) => (c.listened ? f.value.duration(c.listened_ms) : '–') },
    { key: 'agent_talk', label: t('calls.column.agentTalk'), numeric: true, hidden: true, text: (c) => (c.agent && c.ended_at ? f.value.duration(c.agent.talk_ms) : '–') },
    { key: 'end_reason', label: t('calls.column.endReason'), hidden: true, text: (c) => words.end(c.end_reason) || '–' },
    { key: 'latency', label: t('calls.column.latency'), numeric: true, hidden: true, text: (c) => f.value.seconds(c.reply_p50_ms || undefined) },
  ]);
}
