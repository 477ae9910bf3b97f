import type zh from './zh';

const en: typeof zh = {
  title: 'Profile',
  tab: { about: 'About me', password: 'Password', sessions: 'Sessions' },
  name: 'Name', phone: 'Phone', email: 'Email', account: 'Account', role: 'Role', scope: 'Data scope', unit: 'Unit', company: 'Company', zone: 'Time zone',
  agentNumber: 'Agent number', boundNumber: 'Bound number', masked: 'Numbers masked', created: 'Created', lastSignIn: 'Last sign-in', signedIn: 'Signed in', never: 'First sign-in', from: '{at}, from {address}',
  password: { current: 'Current password', new: 'New password', again: 'New password again', differ: 'The two differ', help: 'All other sessions end with it.', save: 'Change password', done: 'Password changed; the other sessions have ended' },
  sessions: {
    device: 'Device', address: 'IP address', began: 'Signed in', seen: 'Last seen', current: 'this device', end: 'End', endTitle: 'End session', endText: 'It ends at once; that device must sign in again.',
    ended: 'Session ended', everywhere: 'Sign out everywhere', everywhereTitle: 'Sign out everywhere', everywhereText: 'Every session ends at once, this one too; you must sign in again.',
    empty: 'No sessions', unknown: 'Unknown device', on: '{browser} on {system}',
  },
};
export default en;
