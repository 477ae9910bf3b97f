import type zh from './zh';

const en: typeof zh = {
  title: 'Notifications', all: 'All', unread: 'Unread', markRead: 'Mark as read', markAll: 'Mark all as read', marked: 'Marked as read', open: 'Open',
  empty: 'No notifications yet', emptyText: 'Campaign alarms, results of imports and exports, announcements and what concerns your account appear here.', noUnread: 'Nothing unread', fresh: 'unread',
  kind: { alarm: 'Alarm', campaign_finished: 'Campaign finished', import_finished: 'Import finished', export_finished: 'Export finished', announcement: 'Announcement', script_submitted: 'Script to review', script_approved: 'Script approved', script_refused: 'Script refused' },
  say: {
    alarm: {
      answer_rate: { title: 'Answer rate too low: {campaign}', body: 'The answer rate is {value}, below {limit} (calls placed: {calls})' },
      intent_rate: { title: 'Intent rate too low: {campaign}', body: 'The intent rate is {value}, below {limit} (numbers called: {calls})' },
      mean_talk: { title: 'Mean talk time too short: {campaign}', body: 'The mean talk time is {value} s, below {limit} s (calls answered: {calls})' },
      consecutive_abnormal: { title: 'Abnormal calls in a row: {campaign}', body: 'The last {value} calls failed because of the trunk; check the trunk' },
      not_dialling: { title: 'Campaign does not dial: {campaign}', body: 'It is running and has numbers left, but has placed no call for {value} minutes' },
    },
    campaign: {
      finished: { title: 'Campaign finished: {campaign}', body: 'All numbers are done; no more calls are placed' },
      terminated: { title: 'Campaign terminated: {campaign}', body: 'It was terminated; no more calls are placed' },
    },
    script_submitted: '{company} submitted version {n} of the script “{script}” for review', script_approved: 'Version {n} of the script “{script}” was approved and can be deployed', script_refused: 'Version {n} of the script “{script}” was refused',
    import: { finished: 'Import finished: {file}', failed: 'Import failed: {file}', counts: 'Rows: {total}, accepted: {accepted}, rejected: {rejected}' },
    export: { finished: 'Done: {what}', failed: 'Not done: {what}' },
    work: { calls_xlsx: 'list of calls', recordings_zip: 'recordings', recordings_links: 'links to recordings', text_zip: 'transcripts', calls_delete: 'deletion of calls', calls_add: 'addition to another campaign' },
    of: 'Campaign “{campaign}”: {said}', workOf: '{campaign} · {work}', rows: 'Calls: {n}', failed: 'Upload the file again',
  },
};
export default en;
