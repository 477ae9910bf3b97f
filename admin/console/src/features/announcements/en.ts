import type zh from './zh';

const en: typeof zh = {
  title: 'Announcements', create: 'Publish announcement', published: 'Announcement published', by: 'By {author}, {at}', heading: 'Title', body: 'Text', level: 'Level', expand: 'Show', collapse: 'Hide',
  levels: { info: 'Notice', release: 'Release', warning: 'Important' },
  empty: 'No announcements yet', emptyText: 'What the platform has to tell, and what is new in it, appears here.', bodyHelp: 'Plain text; line ends stay. Every member of every company is told.',
  delete: { title: 'Delete announcement', text: 'No company sees it any more; the notifications of it go too.', done: 'Announcement deleted' },
};
export default en;
