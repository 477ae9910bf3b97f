import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, defineComponent, h } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { createPinia } from 'pinia';
import type { Call, CallDetail } from '@/api/types';
import { i18n, setLanguage } from '@/app/i18n';
import CallFacts from '@/features/calls/detail/CallFacts.vue';
import { useCallColumns } from '@/features/calls/list/columns';

vi.mock('@/features/calls/detail/OtherCalls.vue', () => ({ default: { render: () => null } })); // it asks the server

const call = (more: Partial<Call>): Call => ({ id: 'a', state: 'ended', ended_at: '2026-01-01T00:01:00Z', number: '13800138000', talk_ms: 1, turn_count: 0, ordinal: 1, dialled_at: '2026-01-01T00:00:00Z', ...more }) as Call;
const agent = { extension: '1001', asked_at: '2026-01-01T00:00:10Z', connected_at: '2026-01-01T00:00:13Z', reaction_ms: 3250, talk_ms: 46_750, group: { id: 3, name: '客服一组' } };

function mounted(render: () => unknown) {
  const root = document.createElement('div');
  const app = createApp(defineComponent({ setup: () => render as () => never }));
  app.use(createPinia()).use(i18n).use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => null } }] }));
  app.mount(root);
  return root;
}

// cells are what the list shows of a call in these columns, in the list's order, with their labels.
function cells(c: Call, ...keys: string[]) {
  let out: string[][] = [];
  const Page = defineComponent({
    setup() {
      const columns = useCallColumns().value;
      out = columns.filter((x) => keys.includes(x.key)).map((x) => [x.label, x.text!(c), String(x.hidden)]);
      return () => null;
    },
  });
  mounted(() => h(Page));
  return out;
}

afterEach(() => setLanguage('zh'));

describe('the list of finished calls', () => {
  it('names the customer and the agent, and times the agent, once they are chosen', () => {
    expect(cells(call({ customer: '东方贸易', transfer: 'connected', agent }), 'customer', 'agent_group', 'agent', 'agent_reaction', 'agent_talk')).toEqual([
      ['客户名称', '东方贸易', 'true'], ['坐席组', '客服一组', 'true'], ['接待坐席', '1001', 'true'], ['坐席反应时长', '3.3 s', 'true'], ['坐席通话时长', '0:47', 'true'],
    ]);
    setLanguage('en');
    expect(cells(call({ agent }), 'customer', 'agent').map((x) => x[0])).toEqual(['Customer', 'Agent']);
  });

  it('says in the manual\'s order whether a supervisor listened and took over, and for how long', () => {
    const keys = ['agent_group', 'agent', 'listened', 'taken_over', 'agent_reaction', 'listened_ms', 'agent_talk'];
    expect(cells(call({ listened: true, taken_over: true, listened_ms: 65_000, agent: { ...agent, asked_at: undefined, reaction_ms: 0 } }), ...keys).map((x) => x.slice(0, 2))).toEqual([
      ['坐席组', '客服一组'], ['接待坐席', '1001'], ['是否监听', '是'], ['是否介入', '是'], ['坐席反应时长', '–'], ['坐席监听时长', '1:05'], ['坐席通话时长', '0:47'],
    ]);
    expect(cells(call({ listened: false, taken_over: false, listened_ms: 0 }), 'listened', 'taken_over', 'listened_ms')).toEqual([
      ['是否监听', '否', 'true'], ['是否介入', '否', 'true'], ['坐席监听时长', '–', 'true'],
    ]);
  });

  it('shows what the script labelled the call, and what the line said, once they are chosen', () => {
    const verdict = { confidence: 0.9, by: 'announcement' as const, after_ms: 2000 };
    expect(cells(call({ labels: ['有意向', '加微信'], line: { ...verdict, status: 'in_call' }, answered_by: { ...verdict, status: 'machine' } }), 'labels', 'line', 'answered_by')).toEqual([
      ['标签', '有意向, 加微信', 'true'], ['线路状态', '正在通话中', 'true'], ['接听者', '机器', 'true'],
    ]);
    expect(cells(call({ labels: [], line: { ...verdict, status: 'newer_than_this' as never } }), 'labels', 'line', 'answered_by').map((x) => x[1])).toEqual(['–', 'newer_than_this', '–']);
    setLanguage('en');
    expect(cells(call({ labels: [], line: { ...verdict, status: 'powered_off' } }), 'labels', 'line').map((x) => x.slice(0, 2))).toEqual([['Labels', '–'], ['Line said', 'Powered off']]);
  });

  it('has no times of an agent who did not take the call', () => {
    expect(cells(call({ transfer: 'failed' }), 'customer', 'agent_group', 'agent', 'agent_reaction', 'agent_talk').map((x) => x[1])).toEqual(['–', '–', '–', '–', '–']);
  });
});

describe('the facts of a call', () => {
  const facts = (more: Partial<Call>) => mounted(() => h(CallFacts, { call: call(more) as CallDetail, campaignName: 'c' })).textContent!;

  it('tell customer and agent', () => {
    const text = facts({ customer: '东方贸易', transfer: 'connected', agent });
    for (const part of ['客户名称东方贸易', '坐席组客服一组', '接待坐席1001', '坐席反应时长3.3 s', '坐席通话时长0:47']) expect(text).toContain(part);
  });

  it('tell who listened, for how long, and who took over', () => {
    const row = { call_id: 'a', campaign_id: 1, user_id: 2, name: '林娜', extension: '6101', wish: 'listen' as const, state: 'ended' as const, asked_at: '2026-01-01T00:00:10Z', listened_ms: 0 };
    const listenings = [
      { ...row, id: 'l1', reason: 'not_registered' as const },
      { ...row, id: 'l2', reason: 'hung_up' as const, heard_at: '2026-01-01T00:00:12Z', took_over_at: '2026-01-01T00:00:42Z', ended_at: '2026-01-01T00:01:12Z', listened_ms: 30_000 },
    ];
    const text = mounted(() => h(CallFacts, { call: { ...call({}), listenings } as unknown as CallDetail, campaignName: 'c' })).textContent!;
    for (const part of ['监听与介入', '林娜（6101）2026-01-01 08:00:10', '没有登录的话机', '监听 0:30', '08:00:42 介入', '通话 0:30']) expect(text).toContain(part);
    expect(facts({})).not.toContain('监听与介入');
  });

  it('leave out what is not there', () => {
    const text = facts({ transfer: 'failed' });
    expect(text).toContain('转人工状态未接通');
    for (const part of ['客户名称', '接待坐席', '坐席反应时长', '坐席通话时长']) expect(text).not.toContain(part);
  });
});
