// What the shell, the patterns of ui/ and shared words say in English.
import type zh from './words.zh';

const en: typeof zh = {
  app: {
    skip: 'Skip to content', menu: 'Main menu', toHome: 'Back to home',
    group: { home: 'Home', calling: 'Calling', scripts: 'Scripts', contacts: 'Contacts', resources: 'Resources', organisation: 'Organisation', system: 'System' },
    notifications: 'Notifications, {n} unread',
    theme: { label: 'Theme: {now}; press to change', light: 'light', dark: 'dark', system: 'as the system' },
    account: { menu: 'Account menu', profile: 'Profile', password: 'Change password', signOut: 'Sign out' },
    notFound: { title: 'There is no such page', text: 'The address may be mistyped, or the page has moved.' },
    forbidden: { title: 'No permission', text: 'Your role lacks the permission “{permission}”. Ask your administrator for it.' },
  },
  ui: {
    save: 'Save', cancel: 'Cancel', retry: 'Try again', back: 'Back', copy: 'Copy', delete: 'Delete', edit: 'Edit', close: 'Close', create: 'Create', search: 'Search', all: 'All', yes: 'Yes', no: 'No',
    saved: 'Saved', deleted: 'Deleted', done: 'Done', loading: 'Loading', saveKeys: 'Ctrl+Enter saves',
    list: {
      clearFilters: 'Clear filters', noMatch: 'Nothing matches', noMatchText: 'Loosen the filters.', picked: '{n} selected', allPicked: 'All that match are selected', allPickedCount: 'All {n} that match are selected',
      pickAll: 'Select all that match', clearSelection: 'Clear selection', selectPage: 'Select all on this page', selectRow: 'Select {name}', columns: 'Columns', defaultColumns: 'Back to default', pages: 'Pages',
      perPage: 'Per page', page: 'Page {n}', back: 'Previous', forward: 'Next', actions: 'Actions', details: 'Details', detailsOf: 'Details of {name}',
    },
    error: {
      title: 'This cannot be shown', notFoundTitle: 'Not found', forbiddenTitle: 'No permission', offline: 'The server does not answer. Check the network and try again.', failed: 'The request failed ({status}). Try again in a moment.',
      notFound: 'It does not exist or does not belong to your company.', forbidden: 'Your role does not allow this.', retryAfter: 'Try again in {n} seconds.', id: 'Error id: {id}',
    },
    live: { now: 'Live', age: '{n} s ago', connecting: 'Connecting', lost: 'Connection lost, reconnecting (data is {n} s old)' },
    phone: { copied: 'Number copied', cannotCopy: 'The browser does not allow copying', copy: 'Copy number {number}', masked: 'Your account sees part of the number only' },
    secret: {
      account: 'Account', password: 'Password', text: 'The password is shown this once and cannot be seen again. Copy it now and hand it over; it must be changed at the first sign-in.', copied: 'Password copied', copiedBoth: 'Account and password copied', copyBoth: 'Copy account and password', kept: 'I have kept it, close',
    },
    jobs: { title: 'Jobs', label: 'Jobs, {n} running', running: '{n} running', rejected: '{n} rejected', file: 'Download file', rejections: 'Rejected rows', remove: 'Remove' },
    upload: { choose: 'choose a file', cancel: 'Cancel upload', going: 'Uploading {name}: {n}%', wrongKind: 'Only {kinds} files can be imported', tooLarge: 'The file must not exceed {most}', template: 'Download template', comma: ', ', or: ' or ' },
    imports: {
      began: '{name} was received and is being imported', order: 'Order', file: 'File', from: 'Source', state: 'State', total: 'Rows', accepted: 'Accepted', rejected: 'Rejected', started: 'Started', rows: 'Rejected rows', download: 'Download', empty: 'No imports yet',
      source: { upload: 'File', demo: 'Demo', api: 'API', redial: 'Another campaign' },
    },
    unsaved: { title: 'Unsaved changes', text: 'They are lost when you leave.', leave: 'Discard changes', stay: 'Keep editing' },
  },
  listening: {
    bar: 'Listening', listen: 'Listen', takeOver: 'Take over', stop: 'End', close: 'Close', toCall: 'See the call', listenTo: 'Listen: {callee}', takeOverFrom: 'Take over: {callee}',
    listenHelp: 'Your telephone rings; once you pick it up you hear both sides, and neither hears you', takeOverHelp: 'Once your telephone is picked up you talk with the callee, and the robot leaves', notYet: 'Possible while the call is being talked in',
    open: {
      asked: 'Calling your telephone {extension}', ringing: 'Your telephone {extension} is ringing: pick it up', ringingToTalk: 'Your telephone {extension} is ringing: pick it up to talk with the callee', listening: 'Listening', talking: 'Taken over: you are talking with the callee',
      taking: 'Taking over', taken: 'Listening. An agent has the call or is being called for it; you get it once it is free', notTaken: 'The take-over failed; you go on listening', ending: 'Ending',
    },
    ended: {
      hung_up: 'Listening ended: you hung up', call_ended: 'Listening ended: the call is over', no_answer: 'No listening: your telephone {extension} was not picked up', busy: 'No listening: your telephone {extension} is busy or rejected the call', not_registered: 'No listening: no telephone is registered under the extension {extension}',
      not_talking: 'No listening: the call is not being talked in', taken: 'Listening ended: an agent has the call', failed: 'No listening: the switch could not reach your telephone {extension}', lost: 'Listening broke off: the dialer did not answer', unknown: 'Listening ended',
    },
    register: '{what}. Register your softphone and try again',
    never: { hung_up: 'Listening was called off', call_ended: 'No listening: the call is over' },
    talked: { hung_up: 'Take-over ended: you hung up', call_ended: 'Take-over ended: the callee hung up' },
  },
  state: {
    campaign: { not_started: 'Not started', scheduling: 'Scheduling', running: 'Running', paused: 'Paused', finished: 'Finished' },
    call: { created: 'Created', originating: 'Calling', early: 'Ringing', answered: 'Talking', ended: 'Ended' },
    contact: { waiting: 'Waiting', calling: 'Calling', finished: 'Finished' },
    job: { queued: 'Queued', running: 'Running', finished: 'Finished', failed: 'Failed' },
    line: {
      ringing: 'Ringing', busy_tone: 'Busy tone', congestion_tone: 'Congestion tone', unobtainable_tone: 'Unobtainable tone', call_waiting: 'Call-waiting tone', ring_back_music: 'Ring-back music', powered_off: 'Powered off', vacant: 'Vacant number', suspended: 'Suspended', in_call: 'In a call', rejected: 'Rejected', unreachable: 'Unreachable', service_suspended: 'Service suspended', busy: 'Busy', wrong_number: 'Wrong number', incoming_barred: 'Incoming calls barred', voicemail: 'Voicemail or call reminder', forwarding_failed: 'Forwarding failed', network_busy: 'Network busy', no_answer: 'No answer', in_arrears: 'In arrears', cannot_answer: 'Cannot answer', number_changed: 'Number changed', line_fault: 'Line fault', call_later: 'Call later', human: 'Human', machine: 'Machine', unknown: 'Not told',
    },
    disposition: {
      answered: 'Answered', no_answer: 'No answer', busy: 'Busy', rejected: 'Rejected', powered_off: 'Powered off', vacant: 'Vacant', suspended: 'Suspended', invalid_number: 'Invalid number',
      abandoned: 'Abandoned', restricted: 'Restricted', caller_suspended: 'Caller suspended', failed: 'Failed', dnc: 'DNC', other: 'Other',
    },
    class: { answered: 'Answered', line_fault: 'Line', callee_fault: 'Callee' },
    fault: { none: 'None', callee: 'Callee', carrier: 'Carrier', us: 'Platform', unknown: 'Unknown' },
    side: { callee: 'Callee', robot: 'Robot', agent: 'Agent', carrier: 'Carrier', platform: 'Platform' },
    grade: { A: 'A: strong intent', B: 'B: some intent', C: 'C: to be screened', D: 'D: no intent', E: 'E: no real talk', F: 'F: not reached' },
    script: { draft: 'Draft', in_review: 'In review', refused: 'Refused', live: 'Live', deployed: 'Deployed', withdrawn: 'Withdrawn', editing: 'Unsubmitted changes' },
    member: { active: 'Active', disabled: 'Disabled' },
    company: { active: 'Active', banned: 'Banned' },
    tenant: { operator: 'Operator', reseller: 'Reseller', merchant: 'Merchant' },
    scope: { own: 'Own only', unit: 'Own unit', unit_and_below: 'Own unit and below', tenant: 'Whole company' },
  },
  talk: {
    end: {
      hangup_node: 'The script hung up', silence_limit: 'The callee kept silent', unmatched_limit: 'Nothing matched, several times', longest_call: 'The script’s longest call was reached', loop_limit: 'The script went in circles', transferred: 'Transferred', remote_hangup: 'The other side hung up', callee_hangup: 'The callee hung up', robot_hangup: 'The robot hung up',
    },
    match: {
      kind: { intent: 'Intent', question: 'Question', digits: 'Keys', unmatched: 'Unmatched', silence: 'Silence', backchannel: 'Backchannel' },
      score: 'Score', rule: 'Rule', runnerUp: 'Runner-up', none: 'none', handle: 'Handle it',
    },
    intent: {
      affirm: 'affirm', negate: 'negate', refuse: 'refuse', do_not_call: 'do not call', busy: 'busy', callback_later: 'call back later', who_is_calling: 'who is calling', number_source: 'number source', price: 'price', are_you_robot: 'are you a robot', repeat: 'repeat',
      transfer_to_agent: 'transfer to agent', wrong_person: 'wrong person', greet: 'greet', goodbye: 'goodbye', hold_on: 'hold on', other: 'other',
    },
    rule: {
      refused_three_times_or_more: 'refused three times or more', refused_twice_in_fewer_than_five_interactions: 'refused twice in fewer than five interactions', refused_once_in_fewer_than_three_interactions: 'refused once in fewer than three interactions', a_positive_answer: 'a positive answer',
      two_questions_or_more: 'two questions or more', five_interactions_or_more: 'five interactions or more', one_question: 'one question', four_interactions: 'four interactions', two_or_three_interactions: 'two or three interactions', fewer_than_two_interactions: 'fewer than two interactions',
      not_connected: 'not connected', not_connected_several_times: 'not connected, several times',
    },
  },
  permission: {
    home: { view: 'See home' },
    campaigns: { view: 'See campaigns', edit: 'Edit campaigns', run: 'Start and stop campaigns', delete: 'Delete campaigns' },
    contacts: { import: 'Import contacts' },
    calls: { view: 'See calls', listen: 'Listen to recordings', listen_live: 'Listen to running calls', take_over: 'Take over running calls', export: 'Export calls', delete: 'Delete calls' },
    scripts: { view: 'See scripts', edit: 'Edit scripts', deploy: 'Deploy scripts', review: 'Review scripts' },
    trunks: { view: 'See trunks', edit: 'Edit trunks' },
    agents: { view: 'See agent groups', edit: 'Edit agent groups' },
    dnc: { view: 'See DNC', edit: 'Edit DNC' },
    team: { view: 'See members', edit: 'Manage members' },
    roles: { view: 'See roles', edit: 'Manage roles' },
    log: { view: 'See the operation log' },
    companies: { view: 'See companies', edit: 'Manage companies' },
    announcements: { edit: 'Publish announcements' },
  },
};
export default en;
