import type zh from './zh';

const en: typeof zh = {
  title: 'Trunks', create: 'New trunk', created: 'Trunk created', search: 'Search by name', details: 'Details',
  name: 'Name', via: 'Leads to', viaHelp: 'A gateway is configured in the switch; or give the carrier’s address.', gateway: 'Gateway', address: 'Address', addressHelp: 'host:port of the carrier, as 203.0.113.7:5060', callerId: 'Caller ID', callerIdHelp: 'Shown to the callee',
  prefix: 'Prefix', prefixHelp: 'Goes before every number', concurrency: 'Concurrency', concurrencyHelp: 'Calls at once, at most', cps: 'CPS', cpsHelp: 'Calls started per second, at most', earlyMedia: 'Early media', earlyMediaHelp: 'The robot listens to the carrier’s announcements before the answer',
  ringSeconds: 'Ringing (seconds)', createdAt: 'Created',
  empty: 'No trunks yet', emptyText: 'A trunk leads to a carrier; calls leave by it. Create one to create campaigns with it.',
};
export default en;
