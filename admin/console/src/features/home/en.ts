import type zh from './zh';

const en: typeof zh = {
  title: 'Home', range: { label: 'Range', today: 'Today', '7d': '7 days', '30d': '30 days' },
  placed: 'Calls', answered: 'Answered', answerRate: 'Answer rate', talkTotal: 'Talk time', intent: 'With intent',
  campaigns: 'Campaigns', announcements: 'Announcements', noAnnouncements: 'No announcements', by: '{author} · {at}',
  uncalled: 'Campaigns not called', lastPlan: 'Last campaign created', lastCall: 'Last call', days: 'Days served',
};
export default en;
