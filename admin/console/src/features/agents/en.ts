import type zh from './zh';

const en: typeof zh = {
  title: 'Agent groups', create: 'New group', edit: 'Edit group', created: 'Group created',
  name: 'Name', kind: 'Kind', members: 'Agents', count: 'Agents', remark: 'Remark', createdBy: 'Created by', createdAt: 'Created',
  kinds: { transfers: 'Transfers by robots', manual: 'Calls by people' }, kindHelp: 'A script that hands a callee over rings the group for transfers that its campaign names.',
  membersHelp: 'Active members with an agent number, which is also the extension that rings. Free agents are rung one after the other, who has waited longest first.', choose: 'Choose agents', none: 'There are no agents yet: give members an agent number in the team.',
  empty: 'No agent groups yet', emptyText: 'When a script hands a callee to a person, the free agents of a group are rung one after the other. Make a group, then choose it in a campaign.',
  agent: '{name} ({extension})', callable: 'Can be called', noNumber: 'Without a number, or disabled', last: 'Last call', never: 'None yet', nobody: 'The group has no agents: nobody will take a transfer.',
  delete: { title: 'Delete agent group', text: 'Its {n} agents stay in the team, and calls keep what they say of it. This cannot be undone.', done: 'Group deleted' },
};
export default en;
