import type zh from './zh';

const en: typeof zh = {
  title: 'Companies', create: 'New company', createBelow: 'New company below', edit: 'Edit company',
  name: 'Company', kind: 'Kind', code: 'Code', parent: 'Parent', state: 'State', zone: 'Time zone', contactName: 'Contact', contactPhone: 'Contact phone', children: 'Companies below', members: 'Members', running: 'Campaigns running', createdAt: 'Created', account: 'Administrator account', own: '{name} (this company)',
  kindHelp: 'A reseller can have companies below it; a merchant calls and has none.', codeHelp: '2–40 small letters, digits and hyphens. Members sign in as number{at}company-code; it cannot be changed later.', zoneHelp: 'Calling windows and the days of reports follow this zone.', accountHelp: 'The account of its first administrator, beginning with a letter. A first password is made and shown once.',
  filter: { name: 'Name or code', kind: 'Kind', state: 'State', parent: 'Parent' },
  empty: 'No companies below yours', emptyText: 'Resellers and merchants are founded here. Each has members, campaigns and data of its own that no other sees.', noChildren: 'No companies below', noChildrenText: 'Companies founded below this reseller appear here.',
  state_: { active: 'Active', banned: 'Banned', ancestor: 'Banned with its parent' },
  bannedAt: 'Banned', banReason: 'Reason', ancestorText: 'A company above it is banned, which stops this one too until that ban is lifted.', bannedText: 'Banned since {at}. Reason: {reason}',
  founded: 'Company founded', secretReset: 'New password of the administrator',
  robots: {
    label: 'Robots', do: 'Allot robots', title: 'Robots of “{name}”', number: 'Number', any: 'No limit', help: 'Calls at once, out of the robots of the company above. With 0 the company can start no campaign.', least: 'The company needs {n} at least: {given} given to those below, {reserved} in campaigns.',
    most: 'The company above can give {n} at most.', mostAny: 'The company above has no limit.', given: '{n} given below', reserved: '{n} in campaigns', taken: '{n} ({taken})', comma: ', ',
  },
  ban: {
    do: 'Ban', title: 'Ban “{name}”', reason: 'Reason', reasonHelp: 'It goes into the company’s operation log and is seen by those above.', what: 'At once:', campaigns: 'all campaigns that run are paused ({n} running now) and place no more calls', sessions: 'all members are signed out and cannot sign in', below: 'the {n} companies right below it, and all further below, stop as well', keep: 'data stays; after the ban campaigns stay paused until somebody resumes them',
    done: 'Banned: {campaigns} campaigns paused, {sessions} sessions ended.', action: 'Ban company',
  },
  unban: { do: 'Lift ban', title: 'Lift the ban', text: 'Members can sign in again. Paused campaigns do not go on by themselves.', done: 'The ban was lifted' },
  reset: { do: 'Reset administrator password', title: 'Reset administrator password', text: 'The old password of its first administrator stops working and their sessions end. The new one is shown once.' },
};
export default en;
