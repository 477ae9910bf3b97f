import type zh from './zh';

const en: typeof zh = {
  title: 'Call', finished: 'Finished calls', live: 'Calls in progress', export: 'Export', back: 'Back to the list',
  column: {
    name: 'Contact', customer: 'Customer', number: 'Number', vars: 'Variables', state: 'State', turns: 'Turns', disposition: 'Disposition', class: 'Class', trunk: 'Trunk', callerId: 'Caller ID', ordinal: 'Ordinal', grade: 'Grade',
    dialled: 'Dialled', ringing: 'Ringing', answered: 'Answered', ended: 'Ended', talk: 'Talk', hungUpBy: 'Hung up by', transferAsked: 'Asked for a person', transfer: 'Transfer', push: 'WeChat push', agentGroup: 'Agent group', agent: 'Agent', listened: 'Listened to', takenOver: 'Taken over', agentReaction: 'Agent reaction', listenedFor: 'Listened for', agentTalk: 'Agent talk', endReason: 'End reason', latency: 'Reply latency', read: 'Read', script: 'Script', sentence: 'Last sentence', timer: 'Time',
  },
  push: { none: 'none', waiting: 'waiting', sent: 'sent', failed: 'failed', why: '{state}: {reason}', robot: 'WeChat robot', sentAt: 'Pushed', attempts: 'Pushes tried' },
  transfer: { asked: 'Yes', requested: 'ringing', connected: 'connected', failed: 'not reached' },
  listened: { title: 'Listening and take-over', who: '{name} ({extension})', heard: 'Listened for {time}', hears: 'Listening, for {time} so far', tookOver: 'Took over at {at}', talked: 'Talked for {time}', talks: 'Is talking', rings: 'The telephone is being called', never: { hung_up: 'Called off before the pick-up', call_ended: 'The call ended before the pick-up', no_answer: 'The telephone was not picked up', busy: 'The telephone was busy or rejected the call', not_registered: 'No telephone was registered', not_talking: 'The call was not answered yet', taken: 'An agent had the call', failed: 'The switch could not reach the telephone', lost: 'The dialer did not answer', unknown: 'Not picked up' } },
  unread: 'Unread', read: 'Read', nameless: 'No name',
  empty: 'No finished calls yet', emptyText: 'Calls appear here once they end: listen to them, read them, see what was matched.',
  noLive: 'No calls in progress', noLiveText: 'While the campaign runs, calls being placed and talked appear here live.',
  fresh: '{n} new', liveCount: '{n} in progress', answeredCount: '{n} talking', saidRobot: 'Robot', saidCallee: 'Callee', tooMany: 'At most {n} are shown here',
  filter: {
    number: 'Number (3+ digits)', numberWhole: 'Whole number', numberShort: 'Give at least 3 digits', name: 'Contact', class: 'Class', disposition: 'Disposition', grade: 'Grade', read: 'Read or not', more: 'More filters', moreCount: 'More filters ({n})', dialled: 'Dialled', from: 'From', to: 'To', talk: 'Talk (seconds)',
    turns: 'Turns', least: 'Least', most: 'Most', hungUpBy: 'Hung up by', ordinal: 'Ordinal', today: 'Today', week: 'Last 7 days', month: 'Last 30 days',
    listened: { label: 'Listening in', any: 'Listened in or not', yes: 'Listened in on', no: 'Not listened in on' }, takenOver: { label: 'Take-over', any: 'Taken over or not', yes: 'Taken over', no: 'Not taken over' },
  },
  bulk: {
    read: 'Mark read', unread: 'Mark unread', add: 'Add to campaign', export: 'Export', delete: 'Delete', readDone: 'Marked as read', unreadDone: 'Marked as unread', begun: 'Begun; see Jobs at the top right',
    count: '1 call | {n} calls', all: 'all calls that match', allOf: 'all {n} calls that match',
    deleteTitle: 'Delete calls', deleteOne: 'The record, what was said and the recording are deleted. This cannot be undone.', deleteCdr: 'The CDR stays, for reconciliation.', deleteConfirm: 'Delete',
    addTitle: 'Add to another campaign', addText: 'The numbers of {what} are added to the campaign and called again. Numbers that it has already are not added twice.', addTo: 'Campaign', addFind: 'Search by name', addPick: 'Choose a campaign', addConfirm: 'Add', addNone: 'There is no other campaign',
  },
  kind: {
    calls_xlsx: 'Excel workbook', recordings_zip: 'Recordings (zip)', recordings_links: 'Links to recordings (txt)', text_zip: 'Transcripts (zip)',
    help: { calls_xlsx: 'At most 1,000,000 rows, kept 15 days', recordings_zip: 'At most 3,000 calls, kept 3 days', recordings_links: 'At most 3,000 calls, kept 3 days', text_zip: 'What was said, as text' },
  },
  party: { callee: 'Callee', robot: 'Robot', dialer: 'Platform', carrier: 'Carrier', agent: 'Agent', none: 'None' },
  end: {
    completed: 'Completed', busy: 'Busy', no_answer: 'No answer', ring_timeout: 'Rang too long', rejected: 'Rejected by the callee', vacant: 'Vacant number', invalid_number: 'Invalid number', number_changed: 'Number changed', unreachable: 'Off or out of coverage', suspended: 'Callee suspended',
    congestion: 'Congestion', carrier_error: 'Refused by the carrier', incompatible_media: 'Incompatible media', media_timeout: 'No sound from the callee', robot_lost: 'The robot’s side broke', no_robot: 'No robot met the callee', switch_refused: 'The switch did not place it', switch_lost: 'The switch went down',
    dialer_lost: 'Ended while no dialer watched', campaign_terminated: 'Campaign terminated', platform_stopped: 'Platform stopped', talk_timeout: 'Longest call reached', line_status: 'Ended by the campaign for its line', unknown: 'Unknown',
  },
  detail: {
    title: 'Call', previous: 'Previous', next: 'Next', place: 'No. {n}', audio: 'Download audio', text: 'Download text', campaign: 'Campaign', copyId: 'Call id',
    grade: 'Grade', gradeRule: 'By the rule: {rule}', noGrade: 'No grade yet', soFar: 'so far', labels: 'Labels', sms: 'SMS marks: {marks}', facts: 'Facts', evidence: 'Status evidence', vars: 'Variables', others: 'Other calls of this contact', script: 'Script', lastNode: 'Last node',
    disposition: 'Disposition', class: 'Class', endReason: 'End reason', fault: 'Fault', hungUpBy: 'Hung up by', line: 'Line said', answeredBy: 'Answered by', lineHow: '{what} ({share}, by {by}, after {after})', lineBy: { cadence: 'cadence', music: 'music', announcement: 'announcement', recogniser: 'recogniser', answer: 'the answer' }, sip: 'SIP code', q850: 'Q.850', cause: 'Switch’s cause', talkEnd: 'Talk ended', endedBy: 'Talk ended by',
    transcript: 'Conversation', follow: 'Follow playing', noTurns: 'No conversation', noTurnsText: 'The call was not answered, so nothing was said.', noTurnsTalk: 'It was answered, and nobody spoke.', waiting: 'Waiting for the answer', waitingText: 'Once answered, every sentence appears here live.', silent: '(silence)',
    playTurn: 'Play this sentence at {time}', interrupted: 'interrupted', interruptedAfter: 'interrupted, stopped after {ms} ms', latency: 'reply {ms} ms', latencyHelp: 'From the callee’s last word to the robot’s first', node: 'node {node}',
  },
  player: {
    wave: 'Waveform', callee: 'Callee', robot: 'Robot', play: 'Play', pause: 'Pause', speed: 'Speed', whole: 'Whole call', close: 'Zoom in', view: 'Part of the waveform that is shown', legend: 'Shaded: silence', keys: 'Space plays and pauses, ← → seek 5 s', position: '{at} of {all}',
    none: 'No recording', noneText: 'This call left no recording.', later: 'The recording can be heard after the call', laterText: 'The call is going on; its text follows live.', forbidden: 'No permission to listen', forbiddenText: 'Your role does not allow listening to recordings; you may read the text.',
    gone: 'The recording is gone', goneText: 'The file was deleted or has expired.', broken: 'The recording cannot be read', brokenText: 'The file is no WAV recording that is known here; download it to open it elsewhere.', empty: 'The recording is empty', emptyText: 'There is no sound in the file.', cannotPlay: 'The browser cannot play this recording', early: 'Not answered; what was recorded is the line before the answer.',
  },
};
export default en;
