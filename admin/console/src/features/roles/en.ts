import type zh from './zh';

const en: typeof zh = {
  title: 'Roles', create: 'New role', created: 'Role created', search: 'Search by name', name: 'Role', description: 'Description', scope: 'Data scope', permissions: 'Permissions', count: 'Permissions', members: 'Members', copyOf: '{name} (copy)', copy: 'Copy into a new role',
  kind: 'Origin', template: { administrator: 'built in', supervisor: 'template', member: 'template', auditor: 'template' },
  empty: 'No roles yet', emptyText: 'A role says what its members may do and which data they see.',
  scopeText: {
    own: 'Sees the own campaigns only, with their calls and numbers.', unit: 'Sees what is the own, and the campaigns and members of the own unit.', unit_and_below: 'Sees what is the own, and the campaigns and members of the own unit and of all units below it.', tenant: 'Sees all campaigns and members of the company.',
  },
  find: 'Search permissions', noMatch: 'No permission matches.', all: 'All', none: 'None', dangerous: 'sensitive', dangerousText: 'It destroys data, lets data out, or gives power to others', chosen: '{n} of {all} chosen', lacking: 'Your own role lacks it, so you cannot grant it',
  readOnly: { builtIn: 'The built-in administrator role can be neither changed nor deleted. Copy it into a role of your own.', own: 'This is your own role: you can change its name and description. Permissions and data scope are for another administrator to change.', wider: 'This role allows or sees more than your own; you cannot change it.', viewer: 'You can look at it, not change it.' },
  holds: 'A change holds for the {n} members with this role from their next request on.',
  delete: { do: 'Delete role', text: 'This cannot be undone.', done: 'Role deleted', usedTitle: '“{name}” cannot be deleted', used: '{n} members have this role. Give them another one first.', ok: 'Understood', toMembers: 'See these members' },
  module: { home: 'Home', campaigns: 'Campaigns', contacts: 'Contacts', calls: 'Calls', scripts: 'Scripts', trunks: 'Trunks', dnc: 'DNC', wechat: 'WeChat push', agents: 'Agent groups', team: 'Team', roles: 'Roles', log: 'Operation log', companies: 'Companies', announcements: 'Announcements' },
};
export default en;
