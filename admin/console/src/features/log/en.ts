import type zh from './zh';

const en: typeof zh = {
  title: 'Operation log', at: 'Time', actor: 'By', address: 'IP address', module: 'Module', action: 'Action', target: 'Target', summary: 'What',
  filter: { actor: 'By whom', module: 'Module', action: 'Action', target: 'Target', from: 'From', to: 'To' },
  empty: 'Nothing in the log yet', emptyText: 'Every change by a member is kept here: who, from where, when and what.',
  field: 'Field', before: 'Before', after: 'After', value: 'Value', noDiff: 'No field changed.', added: 'added', removed: 'removed', changedFields: 'Changed {fields}', more: '{n} more', oldValue: 'Was',
  modules: { campaigns: 'Campaigns', contacts: 'Contacts', calls: 'Calls', exports: 'Exports', scripts: 'Scripts', trunks: 'Trunks', dnc: 'DNC', wechat: 'WeChat push', agents: 'Agent groups', team: 'Team', roles: 'Roles', companies: 'Companies', announcements: 'Announcements', session: 'Sign-in and account' },
  actions: {
    campaigns: { create: 'Create campaign', update: 'Change campaign', start: 'Start campaign', pause: 'Pause campaign', resume: 'Resume campaign', terminate: 'Terminate campaign', delete: 'Delete campaign', set_alarm: 'Set alarm' },
    contacts: { create: 'Add contact', import: 'Import contacts' },
    calls: { read: 'Mark as read', unread: 'Mark as unread', delete: 'Delete calls', add_to_campaign: 'Add to campaign', listen_live: 'Listen to a running call', take_over: 'Take over a running call', stop_listening: 'End listening' },
    exports: { create: 'Create export', delete: 'Delete export' },
    scripts: { create: 'Create script', import: 'Import script', update: 'Change script’s facts', delete: 'Delete script', copy: 'Copy script', write: 'Write script', submit: 'Submit for review', withdraw: 'Withdraw from review', deploy: 'Deploy script', record: 'Record sentence', unrecord: 'Delete recording', approve: 'Approve script', refuse: 'Refuse script', adopt: 'Adopt from market', add_unmatched: 'Add unmatched sentences', ignore_unmatched: 'Ignore unmatched sentences', publish: 'Publish script' },
    trunks: { create: 'Create trunk' },
    agents: { create_group: 'Create group', update_group: 'Change group', delete_group: 'Delete group', set_members: 'Set members' },
    wechat: { create: 'Create WeChat robot', update: 'Change WeChat robot', delete: 'Delete WeChat robot', test: 'Send a test message' },
    dnc: { create_group: 'Create group', update_group: 'Change group', delete_group: 'Delete group', add_number: 'Add number', delete_numbers: 'Remove numbers', import: 'Import numbers' },
    team: { create: 'Create member', update: 'Change member', reset_password: 'Reset password', sign_out: 'Sign member out', create_unit: 'Create unit', update_unit: 'Change unit', delete_unit: 'Delete unit' },
    roles: { create: 'Create role', update: 'Change role', delete: 'Delete role' },
    companies: { create: 'Found company', update: 'Change company', ban: 'Ban company', unban: 'Lift ban', allot_robots: 'Allot robots', reset_password: 'Reset administrator password' },
    announcements: { create: 'Publish announcement', delete: 'Delete announcement' },
    session: { sign_in: 'Sign in', sign_out: 'Sign out', change_password: 'Change password', update_profile: 'Change profile', end_session: 'End a session', sign_out_everywhere: 'Sign out everywhere' },
  },
  kinds: { campaign: 'campaign', contact: 'contact', call: 'call', export: 'export', script: 'script', trunk: 'trunk', wechat_robot: 'WeChat robot', dnc_group: 'DNC group', agent_group: 'agent group', member: 'member', unit: 'unit', role: 'role', company: 'company', announcement: 'announcement', user: 'account' },
  fields: {
    id: 'Id', name: 'Name', account: 'Account', phone: 'Phone', email: 'Email', agent_number: 'Agent number', bound_number: 'Bound number', unit: 'Unit', role: 'Role', mask_numbers: 'Numbers masked', concurrent_sign_in: 'Concurrent sign-in', disabled: 'Disabled', must_change_password: 'Must change password', last_sign_in_at: 'Last sign-in',
    created_at: 'Created', created_by: 'Created by', updated_by: 'Changed by', updated_at: 'Changed', description: 'Description', data_scope: 'Data scope', permissions: 'Permissions', members: 'Members', built_in: 'Built in', template: 'Origin', parent_id: 'Parent id', parent_name: 'Parent', kind: 'Kind', code: 'Code', zone: 'Time zone',
    contact_name: 'Contact', contact_phone: 'Contact phone', banned_at: 'Banned', ban_reason: 'Reason of the ban', reason: 'Reason', banned_by_ancestor: 'Banned with its parent', children: 'Below it', campaigns_running: 'Campaigns running', paused_campaigns: 'Campaigns paused', ended_sessions: 'Sessions ended', remark: 'Remark', expires_at: 'Expires',
    expired: 'Expired', numbers: 'Numbers', number: 'Number', file_name: 'File', source: 'Source', state: 'State', order: 'Order', total: 'Total', accepted: 'Accepted', rejected: 'Rejected', title: 'Title', body: 'Text', level: 'Level', published_at: 'Published', author: 'Author', robots: 'Robots', robots_given: 'Robots given below', robots_reserved: 'Robots in campaigns', script: 'Script', script_id: 'Script id',
    script_version: 'Script version', trunk: 'Trunk', trunk_id: 'Trunk id', window: 'Window', redial: 'Redial', wechat: 'WeChat notice', robot_id: 'WeChat robot', robot_name: 'WeChat robot', grades: 'Grades', key_end: 'End of the key', dnc: 'DNC', enabled: 'Enabled', group_ids: 'Groups', start_at: 'Starts', owner: 'Owner', address: 'Address', gateway: 'Gateway', caller_id: 'Caller ID', prefix: 'Prefix', concurrency: 'Concurrency', cps: 'Calls per second', value: 'Value',
    ring_seconds: 'Ring time (s)', early_media: 'Early media', version: 'Version', on_finished: 'Tell when finished', min_calls: 'Least calls', member_ids: 'Told members', listening: 'Listening', extension: 'Extension', calls: 'Calls', export: 'Export', target: 'Target campaign', campaign_id: 'Campaign id', rows: 'Rows',
  },
};
export default en;
