// A large script for tests and measurements: offers that are asked one after the other, each with its objections.
import type { ScriptDocument, ScriptNode } from '@/features/scripts/editor/core/document';

export function largeScript(count: number): ScriptDocument {
  const nodes: Record<string, ScriptNode> = {};
  const steps = Math.floor((count - 4) / 4);
  const next = (i: number) => (i + 1 < steps ? `ask-${i + 1}` : 'done');
  for (let i = 0; i < steps; i++) {
    nodes[`ask-${i}`] = {
      say: `第${i + 1}个问题：关于这项服务的第${i + 1}条，您觉得合适吗？我们可以根据您的情况再调整。`,
      branches: { affirm: next(i), negate: `persuade-${i}`, refuse: { to: 'bye', label: '拒绝' }, 'keyword:几点': `when-${i}`, silence: `check-${i}` },
    };
    nodes[`persuade-${i}`] = { say: `没关系，第${i + 1}条现在有优惠，要不要再考虑一下？`, visits: { max: 1, then: 'bye' }, branches: { affirm: next(i), negate: 'bye', default: `when-${i}` } };
    nodes[`when-${i}`] = { say: '都是工作日的白天，您随时可以联系。', next: i % 3 === 0 ? `ask-${i}` : next(i) };
    nodes[`check-${i}`] = { condition: { variable: 'amount', is: { '1': next(i), '2': 'desk' }, else: `persuade-${i}` } };
  }
  nodes.desk = { say: '为您转接客服。', transfer: { extension: '1001', timeout: '30s', failed: 'done' } };
  nodes.key = { say: '请按键。', collect: { length: 1 }, branches: { 'digits:1': 'desk', digits: 'done', default: 'bye' } };
  nodes.done = { say: '已经登记，再见。', label: '已登记', hangup: true };
  nodes.bye = { say: '打扰了，再见。', hangup: true };
  for (let i = 0; Object.keys(nodes).length < count; i++) nodes[`more-${i}`] = { say: '补充说明。', next: 'done' };
  return {
    script: 1, name: `大话术 ${count}`, language: 'zh', start: 'ask-0', variables: { amount: { default: '1', format: 'number' } }, nodes,
    anywhere: { goodbye: 'bye', transfer_to_agent: 'desk', do_not_call: 'bye', 'digits:9': 'key' },
    questions: { where: { variants: ['在哪里', '什么地方'], answer: '在市中心。' } },
  };
}
