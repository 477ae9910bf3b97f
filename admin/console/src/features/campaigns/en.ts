import type zh from './zh';

const en: typeof zh = {
  title: 'AI campaigns', one: 'Campaign', create: 'New campaign', edit: 'Edit campaign', empty: 'No campaigns yet',
  emptyText: 'A campaign puts a list of contacts, a script and a trunk together, and robots call the list in its calling window. Create a campaign, import contacts, then start it.',
  column: { name: 'Name', state: 'State', progress: 'Progress', robots: 'Robots', trunk: 'Trunk', owner: 'Owner', created: 'Created', script: 'Script', updated: 'Updated' },
  filter: { name: 'Campaign name', state: 'All states', trunk: 'All trunks', from: 'Created from', to: 'Created to' },
  progress: '{done} / {total}', progressLabel: '{name}: {done} of {total} finished', noContacts: 'No contacts yet',
  action: { start: 'Start', pause: 'Pause', resume: 'Resume', terminate: 'Terminate', edit: 'Edit', delete: 'Delete', more: 'More actions of {name}', refresh: 'Refresh' },
  did: { start: 'Started', pause: 'Paused', resume: 'Resumed', terminate: 'Terminated', delete: 'Deleted' },
  terminate: { title: 'Terminate campaign', texts: { end: 'A terminated campaign makes no more calls and cannot be started again. Calls in progress are hung up.', left: '{n} contacts have not been called to the end.', keep: 'Its calls and recordings are kept.' } },
  delete: { title: 'Delete campaign', texts: { gone: 'The campaign leaves the list and cannot be brought back.', keep: 'Its calls still count in reports.' } },
  bulk: {
    title: { pause: 'Pause {n} campaigns', resume: 'Resume {n} campaigns', terminate: 'Terminate {n} campaigns' },
    names: '{names} and others, {n} in all', ask: { pause: 'No new calls are placed; calls in progress come to their own end. Campaigns that are not under way are left as they are.', resume: 'Paused campaigns go on calling; others are left as they are.', terminate: 'Terminated campaigns make no more calls and cannot be started again. Finished ones are left as they are.' },
    going: '{done} of {total}', done: '{n} campaigns done', partly: '{n} done, {failed} not: {reason}',
  },
  idle: {
    not_started: 'Not dialling: nobody has started it.', start_time: 'Not dialling: it waits for {until}.', window: 'Not dialling: it is outside its calling window and goes on at {until}.', windowNever: 'Not dialling: it is outside its calling window.',
    paused: 'Not dialling: it is paused.', pausedBy: 'Not dialling: it is paused ({detail}).', finished: 'Finished ({detail}).', terminated: 'It was terminated.', allCalled: 'Finished: every contact has been called.',
    no_contacts: 'Not dialling: it has no contacts yet. Import some first.', redial: 'Not dialling: the contacts that are left wait for their redial, or for a free robot or trunk.', platform: 'Not dialling: {detail}', noTrunk: 'Not dialling: the settings of its trunk cannot be read.', noSwitch: 'Not dialling: the switch cannot be reached.', noRobot: 'Not dialling: no robot is running.', noDatabase: 'Not dialling: the database does not answer.', feeder: 'Not dialling: it waits for contacts from another campaign.', importing: 'Not dialling: an import is under way.', toImports: 'Import contacts',
  },
  tab: { live: 'Live', calling: 'In progress', finished: 'Finished calls', imports: 'Imports', details: 'Details', alarms: 'Alarms' },
  fact: { script: 'Script', trunk: 'Trunk', robots: 'Robots', window: 'Calling window', owner: 'Owner' },
  figure: {
    progress: 'Progress', answer_rate: 'Answer rate', abandon_rate: 'Abandon rate', intent_rate: 'Intent rate', intent_of_answered: 'Intent of answered', talk_total_ms: 'Total talk time', talk_mean_ms: 'Mean talk time', callee_hangup_rate: 'Callee hang-up rate',
  },
  definition: {
    progress: 'finished contacts ÷ contacts', answer_rate: 'calls that the callee answered ÷ calls placed and ended', abandon_rate: 'calls answered by the callee and met by nobody ÷ calls that the callee answered',
    intent_rate: 'contacts graded A or B ÷ contacts called', intent_of_answered: 'calls graded A or B ÷ calls that the callee answered', talk_total_ms: 'time from answer to hang-up, all answered calls together',
    talk_mean_ms: 'total talk time ÷ calls that the callee answered', callee_hangup_rate: 'answered calls that the callee hung up ÷ calls that the callee answered',
  },
  live: {
    funnel: 'Where contacts got to', figures: 'Figures', stage: { contacts: 'Contacts', called: 'Called', answered: 'Answered', talked: 'Talked', grade_ab: 'Grade A/B' }, ofBefore: '{share} of these', rate: 'contacts that answered and were met by a robot',
    calls: 'Calls in progress', callsCount: '{n}', callsShown: 'first {n} shown', none: 'No calls in progress', noneText: 'Once the campaign dials, the last sentence of every call shows here.', noRight: 'Your role cannot see calls',
    robot: 'Robot', callee: 'Callee', waiting: 'Waiting for an answer', silent: 'Nobody has spoken yet',
    pie: { grades: 'Grades', turns: 'Turns', talk: 'Talk time', states: 'Call states' }, noGrade: 'Not graded', calls_unit: 'Calls', noCalls: 'No call has ended yet', noAnswered: 'No call was answered yet',
    turns: { '0': '0 turns', '1-2': '1–2 turns', '3-5': '3–5 turns', '6-10': '6–10 turns', '11+': '11 or more' }, talk: { '0-10': 'up to 10 s', '10-30': '10–30 s', '30-60': '30–60 s', '60-120': '1–2 min', '120+': 'over 2 min' },
    class: { answered: 'Answered', line_fault: 'Line', callee_fault: 'Callee' }, open_class: '{name}: details', back_class: 'Back to the three classes', failed: 'Failed',
  },
  form: {
    basics: 'Basics', name: 'Name', description: 'Description', script: 'Script', scriptHelp: 'Calls use its deployed version; once another one is deployed, from the next call on.', version: 'version {n}', trunk: 'Trunk', trunkHelp: 'This trunk carries {n} calls at once.', robots: 'Robots', robotsHelp: 'How many robot calls may go on at once.',
    when: 'When to call', startMode: 'Start', manual: 'By hand', scheduled: 'At a time', startAt: 'Start time', startAtHelp: 'On the clock of {zone}. Once you press start, the campaign waits for this moment.', weekdays: 'Days', window: 'Calling window', windowHelp: 'Between 09:00 and 20:00 only.', from: 'From', to: 'To', until: 'to',
    zone: 'Time zone', day: { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' },
    redial: 'Redial', attempts: 'Calls to a contact, at most', attemptsUnit: 'calls', attemptsHelp: 'The first one counts; 1 means no redial.', interval: 'At least between two calls', unit: { 1: 'seconds', 60: 'minutes', 3600: 'hours', 86400: 'days' }, on: 'Redial after', transfer: 'Hand over to another campaign', transferHelp: 'Contacts that even their last call did not reach go to that campaign.', transferNone: 'No',
    line: 'What the line says', endOn: 'End a call at once on', endOnHelp: 'Told by tones and announcements before the answer, or because a machine answers. Nothing chosen: calls take their course.', endOnNone: 'Nothing',
    agents: 'Transfers', agentGroup: 'Agent group', agentGroupHelp: 'Its free agents are rung one after the other where the script hands a callee over and names no extension.', noAgentGroup: 'No group', wechat: 'WeChat notice', wechatRobot: 'WeChat robot', wechatHelp: 'It tells its WeCom chat of calls that end with one of these grades.', noWechat: 'Nobody is told', wechatGrades: 'Grades to tell of',
    dnc: 'DNC', dncOn: 'Screen against DNC before calling', dncHelp: 'Numbers on these lists are not called.', dncGroups: 'DNC groups', dncAll: 'All groups, later ones too', failed: 'Failed',
    locked: 'The campaign has been started: only name, description and robots may change. Pause it to change the rest.', lockedFinished: 'The campaign is finished: only name, description and robots may change.',
    needName: 'Give it a name', needScript: 'Choose a script', needTrunk: 'Choose a trunk', needStart: 'Choose when it starts', needDay: 'Choose at least one day', badWindow: 'Calls are allowed from 09:00 to 20:00 only', windowOrder: 'The end must come after the beginning',
    noScripts: 'No script is deployed yet', noTrunks: 'There is no trunk yet', choose: 'Choose', conflictTitle: 'Not saved', conflictText: 'Somebody else has changed the campaign while you were editing, or its state has changed. Reloading shows it as it is now; what you changed here is lost.', reload: 'Reload', keep: 'Keep editing', created: 'Campaign created; now import contacts',
  },
  imports: {
    add: 'Add one contact', upload: 'Import a list', templateName: 'contacts-template.csv', headings: { number: 'number', name: 'name', variable: 'variable{n}' },
    uploadText: 'Drop an xlsx, xls or csv file here, or', uploadHelp: 'The first row names the columns: number, name; every other column becomes a variable that the script can speak.', finished: 'The campaign is finished and takes no contacts.', noRight: 'Your role cannot import contacts.',
    number: 'Number', name: 'Name', vars: 'Variables', varName: 'Variable', varValue: 'Value', addVar: 'Add a variable', removeVar: 'Remove variable {name}', added: '{number} added', addMore: 'Add',
    list: 'Imports', emptyText: 'After a list is imported, this shows how many rows were accepted and rejected.',
    repeatedVar: 'This variable is there twice',
  },
  details: {
    owner: 'Owner', unit: 'Unit', createdBy: 'Created by', createdAt: 'Created', updatedBy: 'Last changed by', updatedAt: 'Last changed', finishedAt: 'Finished', latency: 'Reply latency', latencyIs: 'half within {p50} ms, 95% within {p95} ms ({n} replies in the newest 500 calls, from the callee’s last word to the robot’s first)', startMode: 'Start', script: 'Script', trunk: 'Trunk', robots: 'Robots', startAt: 'Dialling starts', onStart: 'When started',
    window: 'Calling window', weekdays: 'Days', everyDay: 'Every day', zone: 'Time zone', redial: 'Redial', redialNo: 'No', redialYes: 'At most {n} calls, {every} apart, after: {on}', transfer: 'Hands over to', endOn: 'Ends calls on', agentGroup: 'Agent group', wechat: 'WeChat notice', wechatYes: 'Yes, {robot}, grades: {grades}', wechatNo: 'No', dnc: 'DNC screening', dncOff: 'Off', dncAll: 'All groups', dncSome: '{n} groups', description: 'Description', settings: 'Settings', seconds: '{n} seconds', minutes: '{n} minutes', hours: '{n} hours', days: '{n} days',
  },
  alarm: {
    title: 'Alarms', intro: 'When this happens, the people concerned get a notification: one for each breach, and the next only after it has recovered.', enabled: 'Alarms are on', off: 'Off', answer: 'Answer rate below', intent: 'Intent rate below', talk: 'Mean talk time below', abnormal: 'Abnormal calls in a row', idle: 'Not dialling for', percent: '%', seconds: 's', calls: 'calls', minutes: 'min',
    minCalls: 'Ended calls before rates are judged', onFinished: 'Tell when the campaign has finished', members: 'Tell whom', membersHelp: 'Nobody chosen: the owner.', noTeam: 'The owner and the members chosen are told; your role cannot see the list of members.', empty: 'Empty means no alarm', readOnly: 'Your role cannot change alarms.',
  },
};
export default en;
