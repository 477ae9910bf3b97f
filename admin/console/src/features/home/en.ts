import type zh from './zh';

const en: typeof zh = {
  title: 'Home', newCampaign: 'New campaign', watch: 'Live: {name}', data: 'Data', placed: 'Calls placed', answered: 'Answered', answerRate: 'Answer rate', talkTotal: 'Total talk time', intent: 'Calls graded A/B',
  uncalled: 'Plans not called yet', lastPlan: 'Last plan', lastCall: 'Last call', days: 'Days served', callsPerDay: 'Calls a day', gradesPerDay: 'Grades a day', noCalls: 'No calls in these days',
  campaigns: 'Campaigns', announcements: 'Announcements', noAnnouncements: 'No announcements', level: { info: 'Notice', release: 'Release', warning: 'Warning' },
  robots: { title: 'Robots', allotted: 'Allotted', any: 'No limit', given: 'Given below', reserved: 'In campaigns', inUse: 'In calls now', free: 'Free', help: 'A campaign takes its robots while it runs or waits for its window, and frees them when paused.' },
  centre: { title: 'Campaign centre', all: 'All campaigns', empty: 'No campaign is under way', emptyText: 'Create a campaign and import numbers; it is started and paused from here.', name: 'Campaign', state: 'State', progress: 'Progress', robots: 'Robots', actions: 'Actions' },
  range: { label: 'Days', today: 'Today', '7d': '7 days', '30d': '30 days', custom: 'Custom', from: 'From', to: 'To', tooLong: 'At most {n} days' },
};
export default en;
