import type zh from './zh';

const en: typeof zh = {
  signIn: 'Sign in', account: 'Account', password: 'Password',
  accountHelp: 'Account, or number{at}company-code, or the bound phone number',
  tagline: 'Outbound calling',
  first: { title: 'Set a new password', text: 'This is the first sign-in. Choose a password that only you know to go on.', current: 'Current password', new: 'New password', again: 'New password again', differ: 'The two differ', save: 'Save and go on' },
};
export default en;
