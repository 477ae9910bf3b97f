import type zh from './zh';

const en: typeof zh = {
  title: 'WeChat push', create: 'New WeChat robot', edit: 'Change WeChat robot', created: 'WeChat robot created', search: 'Search by name',
  name: 'Name', key: 'Webhook', keyHelp: 'Add a group robot to a WeCom chat and paste the address of its webhook, or the key in it. It is not shown again.', keyKept: 'Leave empty to keep it (it ends in {end})',
  mask: 'Hide the middle of numbers', maskHelp: 'Messages show numbers as 138****8000.', masked: 'Masked', whole: 'Whole', numbers: 'Numbers', createdBy: 'Created by', createdAt: 'Created', updatedAt: 'Changed',
  test: { send: 'Send a test message', done: 'The test message was sent; look into the WeCom chat' },
  delete: { title: 'Delete WeChat robot', text: 'Its chat is told of nothing any more, and messages that wait are not sent. Calls keep its name.', done: 'WeChat robot deleted' },
  empty: 'No WeChat robots yet', emptyText: 'A WeChat robot tells a WeCom chat how calls ended. Create one, then choose it and the grades in a campaign.',
};
export default en;
