// What the server writes into the log, by module. A test compares this with the contract.
export const actions: Record<string, string[]> = {
  campaigns: ['create', 'update', 'start', 'pause', 'resume', 'terminate', 'delete', 'set_alarm'],
  contacts: ['create', 'import'],
  calls: ['read', 'unread', 'delete', 'add_to_campaign', 'listen_live', 'take_over', 'stop_listening'],
  exports: ['create', 'delete'],
  scripts: ['create', 'import', 'update', 'delete', 'copy', 'write', 'submit', 'withdraw', 'deploy', 'record', 'unrecord', 'approve', 'refuse', 'adopt', 'add_unmatched', 'ignore_unmatched', 'publish'],
  trunks: ['create'],
  wechat: ['create', 'update', 'delete', 'test'],
  dnc: ['create_group', 'update_group', 'delete_group', 'add_number', 'delete_numbers', 'import'],
  agents: ['create_group', 'update_group', 'delete_group', 'set_members'],
  team: ['create', 'update', 'reset_password', 'sign_out', 'create_unit', 'update_unit', 'delete_unit'],
  roles: ['create', 'update', 'delete'],
  companies: ['create', 'update', 'ban', 'unban', 'allot_robots', 'reset_password'],
  announcements: ['create', 'delete'],
  session: ['sign_in', 'sign_out', 'change_password', 'update_profile', 'end_session', 'sign_out_everywhere'],
};
