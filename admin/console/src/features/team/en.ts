import type zh from './zh';

const en: typeof zh = {
  title: 'Team', create: 'New member', edit: 'Edit member', saved: 'Member saved',
  unit: {
    tree: 'Units', everybody: 'All members', of: 'Members of “{name}”', count: '{own} members of its own, {all} with those below', add: 'Add below', addTo: 'New unit below “{name}”', rename: 'Rename', renameTitle: 'Rename unit', move: 'Move', moveTitle: 'Move “{name}”', name: 'Unit', parent: 'Parent unit',
    moveHelp: 'It moves with its members and the units below it. Members who see data by unit will see accordingly.', created: 'Unit created', moved: 'Unit moved', delete: 'Delete unit', deleteText: 'This cannot be undone.', deleted: 'Unit deleted',
    notEmptyTitle: '“{name}” cannot be deleted', hasMembers: 'It still has {n} members of its own. Move them to another unit first.', hasChildren: 'It still has {n} units below it. Move or delete them first.', top: 'The topmost unit cannot be deleted.', actions: 'Actions for the chosen unit', ok: 'Understood', none: '(none)',
  },
  account: 'Account', name: 'Name', phone: 'Phone', email: 'Email', agentNumber: 'Agent number', boundNumber: 'Bound number', unitName: 'Unit', role: 'Role', state: 'State', masking: 'Numbers', concurrent: 'Concurrent sign-in', lastSignIn: 'Last sign-in', createdAt: 'Created', never: 'Never', firstPassword: 'first password',
  accountHelp: 'Begins with a letter; 2–40 letters, digits, dots and dashes. It cannot be changed later.', agentHelp: 'Signs in as number{at}company-code', boundHelp: 'Signs in by itself', maskingText: 'Sees only the first three and the last four digits of numbers', concurrentText: 'May be signed in at several places at once', maskingOn: 'Masked', maskingOff: 'Whole', rolesHidden: 'You cannot see the list of roles: only those that you know can be chosen.',
  passwordHelp: 'A first password is made when you save, and shown once.',
  filter: { name: 'Name or account', role: 'Role', state: 'State' },
  empty: 'No members here yet', emptyText: 'Members sign in with accounts of their own; the role says what they may do and which data they see.',
  more: 'More', self: 'you',
  disable: { do: 'Disable', title: 'Disable member', text: 'The member is signed out at once and cannot sign in any more. Campaigns and data stay, and the member can be enabled again.', done: 'Member disabled' },
  enable: { do: 'Enable', done: 'Member enabled' },
  reset: { do: 'Reset password', title: 'Reset password', text: 'The old password stops working and all sessions of the member end. The new one is shown once.', secret: 'New password', created: 'Member created' },
  signOut: { do: 'Sign out', title: 'Sign the member out', text: 'All sessions of the member end at once, on every device.', done: 'The member was signed out' },
};
export default en;
