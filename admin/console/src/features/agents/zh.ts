export default {
  title: '坐席组', create: '新建坐席组', edit: '编辑坐席组', created: '坐席组已创建',
  name: '坐席组名称', kind: '坐席组类型', members: '坐席', count: '坐席数', remark: '备注', createdBy: '创建人', createdAt: '创建时间',
  kinds: { transfers: 'AI转人工', manual: '人工外呼' }, kindHelp: '话术转人工时，只呼叫任务所选的“AI转人工”坐席组。',
  membersHelp: '团队中已启用且有坐席工号的成员，工号也是振铃的分机。转接时依次呼叫空闲坐席，等待最久的优先。', choose: '选择坐席', none: '还没有坐席：请在“团队”中为成员设置坐席工号。',
  empty: '还没有坐席组', emptyText: '话术把客户转给人工时，系统依次呼叫坐席组内空闲的坐席。先新建一个坐席组，再在任务中选用。',
  agent: '{name}（{extension}）', callable: '可接听', noNumber: '没有工号或已停用', last: '最近通话', never: '还没有接过', nobody: '组内没有坐席，转人工将无人接听。',
  delete: { title: '删除坐席组', text: '组内 {n} 名坐席会保留在团队中，已有通话记录不受影响。此操作不能撤销。', done: '坐席组已删除' },
};
