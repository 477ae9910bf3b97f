import type zh from './zh';

const en: typeof zh = {
  title: 'Notifications', all: 'All', unread: 'Unread', markRead: 'Mark as read', markAll: 'Mark all as read', marked: 'Marked as read', open: 'Open',
  empty: 'No notifications yet', emptyText: 'Campaign alarms, results of imports and exports, announcements and what concerns your account appear here.', noUnread: 'Nothing unread', fresh: 'unread',
  kind: { alarm: 'Alarm', campaign_finished: 'Campaign finished', import_finished: 'Import finished', export_finished: 'Export finished', announcement: 'Announcement', security: 'Security' },
};
export default en;
