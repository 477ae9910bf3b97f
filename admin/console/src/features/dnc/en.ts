import type zh from './zh';

const en: typeof zh = {
  title: 'DNC', create: 'New group', edit: 'Edit group', created: 'Group created',
  name: 'Group', numbers: 'Numbers', expiry: 'Validity', remark: 'Remark', createdBy: 'Created by', createdAt: 'Created', expiresAt: 'Expires',
  expiresHelp: 'From then on the numbers may be called again. Leave it empty for never.', remarkHelp: 'For instance where the numbers come from, and why they must not be called',
  empty: 'No DNC groups yet', emptyText: 'Numbers listed here are not called: campaigns leave them out when they take contacts, and look again right before a call. Create a group, then add or import numbers.',
  expired: 'Expired', never: 'Does not expire', until: 'Until {at}', soon: 'Expires in {n} d', today: 'Expires today',
  delete: { title: 'Delete DNC group', text: 'Its {n} numbers are deleted with it and may be called again. This cannot be undone.', done: 'Group deleted' },
  tab: { numbers: 'Numbers', imports: 'Imports' },
  number: {
    number: 'Number', remark: 'Remark', createdAt: 'Added', search: 'Number, or how it begins', searchWhole: 'Whole number', add: 'Add number', added: 'Number added', remove: 'Remove', removeTitle: 'Remove from DNC', removeText: 'The number may be called again.', removed: 'Number removed',
    many: '{n} numbers', removeManyText: 'These numbers may be called again. This cannot be undone.', removePicked: 'Remove selected', removedMany: '{n} numbers removed',
    empty: 'No numbers in this group yet', emptyText: 'Add single numbers, or import an Excel or CSV file.', help: 'A mobile number, a landline with its area code, or a 400 number', import: 'Import numbers',
  },
  check: {
    open: 'Check a number', title: 'Is this number listed?', number: 'Number', run: 'Check', listed: '{number} is listed and will not be called.', free: '{number} is not listed and may be called.', groups: 'Groups',
    help: 'Groups that have expired do not count.',
  },
  imports: {
    upload: 'Import a file of numbers', text: 'Drop a file here, or', help: 'xlsx, xls or csv: numbers in the first column, a remark in the second if you like. Repeated numbers are skipped.', templateName: 'dnc-template.csv', emptyText: 'The result of each import, and the rows that were rejected, appear here.',
  },
};
export default en;
