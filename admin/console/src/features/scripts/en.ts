import type zh from './zh';

const en: typeof zh = {
  title: 'My scripts', one: 'Script', create: 'New script', createAndEdit: 'Create and edit', about: 'About',
  name: 'Name', state: 'State', release: 'Release', deployed: 'Deployment', newestVersion: 'Newest', key: 'Key', trade: 'Trade', createdBy: 'Created by', createdAt: 'Created', updatedAt: 'Updated', description: 'Description', language: 'Language',
  deployedHelp: 'The version that campaigns dial', keyHelp: 'A short code that never changes, for the API', languageHelp: 'What the recogniser listens for', languages: { zh: 'Chinese', en: 'English' }, nth: 'v{n}', draft: 'Draft', more: 'More actions for {name}', line: 'line {n}',
  search: 'Name or key', allTrades: 'All trades', allStates: 'All states', allDeployments: 'All deployments', remarkOn: 'Remark on version {n}: {text}', tradeChoose: 'Choose or type', fromMarket: 'Script market', shared: 'Shared below', problems: '{n} errors', problemsTitle: 'Checks ({n})', severity: { error: 'Error', warning: 'Warning' },
  deployment: { none: 'Not deployed', newest: 'v{n} deployed', earlier: 'Earlier v{n} deployed' }, deployments: { none: 'Not deployed', any: 'Deployed', newest: 'Newest deployed', earlier: 'Earlier deployed' },
  refusedBy: 'Version {n} was refused ({who}):',
  empty: 'No scripts yet', emptyText: 'A script is the flow of the talk between robot and callee. Begin with a template of the market or an empty one; once it is reviewed and deployed, campaigns can use it.',
  trades: { loan: 'Loans', education: 'Education', property: 'Property', survey: 'Survey', telecom: 'Telecom', insurance: 'Insurance', retail: 'Retail', health: 'Health', service: 'Customer service' },
  action: { edit: 'Edit', submit: 'Submit for review', withdraw: 'Withdraw', deploy: 'Deploy', copy: 'Copy', share: 'Share below', unshare: 'Stop sharing', json: 'Export JSON', yaml: 'Export YAML', xlsx: 'Export Excel', xls: 'Export Excel 97-2003', delete: 'Delete' },
  did: { withdraw: 'Withdrawn', deploy: 'Deployed', deployVersion: 'Version {n} is deployed', share: 'Shared', unshare: 'No longer shared', delete: 'Deleted' },
  delete: { title: 'Delete script', gone: 'The draft and all versions are deleted with it. This cannot be undone.', deployed: 'It is deployed: it cannot be deleted while an unfinished campaign uses it.', keep: 'Calls and recordings stay.' },
  deploy: { title: 'Deploy script', name: '{name}, version {n}', moves: 'Unfinished campaigns of this script use this version from their next call on.', instead: 'Version {n} is dialled no longer; it can be deployed again at any time.', running: 'Calls in progress are not touched.' },
  copy: { title: 'Copy script', name: '{name} copy', help: 'Draft and recordings become a script of their own.', done: 'Copied as “{name}”' },
  submit: { title: 'Submit for review: {name}', note: 'What changed', help: 'For the reviewer. Checks and regression tests run first; with problems nothing is submitted. Real calls of the deployed version then show what changes.', done: 'Version {n} was submitted for review', barred: 'The draft has {n} errors; correct them first', warnings: '{n} warnings, which the reviewer reads too; mend them first, or submit it so.' },
  import: { template: 'Download the Excel template', templateOld: 'Template for Excel 97-2003', action: 'Import', title: 'Import a script', text: 'Drop a script file here, or', help: 'YAML, JSON, or Excel (.xlsx, .xls) as the template has it; at most 5 MB. A script with errors is taken as a draft, to be corrected in the editor.', done: '“{name}” was imported', problems: '“{name}” was imported with {n} errors; correct them in the editor' },
  tab: { versions: 'Versions', diff: 'Differences', tests: 'Tests', replay: 'Replay real calls', unmatched: 'Unmatched', talk: 'Talk to it', campaigns: 'Used by' },
  version: { number: 'Version', note: 'What changed', remark: 'Reviewer’s remark', submitted: 'Submitted', reviewed: 'Reviewed', deployed: 'Deployed', diff: 'Differences', export: 'Export', empty: 'No versions yet', emptyText: 'A draft that is submitted for review becomes a version, which never changes.' },
  part: { nodes: 'Main flow', script: 'About', voice: 'Voice', settings: 'Settings', variables: 'Variables', questions: 'Questions', intents: 'Intents', anywhere: 'Branches anywhere', corrections: 'Recognition corrections', grades: 'Grades', tests: 'Test cases' },
  key_of: {
    whole: 'All', say: 'Says', prompt: 'Recording', again: 'Asks again', again_prompt: 'Recording of asking again', next: 'Next', jump: 'Jump', branches: 'Branch', anywhere: 'Anywhere', collect: 'Collects', condition: 'Condition', transfer: 'Transfer', model: 'Model', hangup: 'Hangs up', label: 'Label', sms: 'SMS',
    interruptible: 'Interruptible', visits: 'Visits', ignore_unmatched: 'Unmatched ignored', ignore_negative: 'No ignored', answer: 'Answer', variants: 'Variants', intent: 'Intent', then: 'Then', repeat: 'Repeats the node', keywords: 'Keywords', start: 'Start', name: 'Name', language: 'Language', trade: 'Trade', description: 'Description',
    silence: 'Silence', unmatched: 'Unmatched', rounds: 'Rounds', endpoint: 'End of turn', greeting_delay: 'Greeting delay', longest_call: 'Longest call', max: 'Most', after: 'After', value: 'Value', failed: 'Failed', else: 'Else', to: 'To',
    on_keyword: 'keyword', on_is: 'is', on_regex: 'pattern', on_model: 'model', on_digits: 'keys', on_default: 'anything else', on_unmatched: 'unmatched', on_silence: 'silence', on_value: 'a value',
  },
  diff: {
    from: 'Compare', to: 'with', nothing: 'Nothing', field: 'Field', none: 'No differences', noneText: 'Both texts are the same.', added: '{n} new', removed: '{n} gone', changed: '{n} changed', word: { added: 'new', removed: 'gone', changed: 'changed' }, picture: 'The flow, with the nodes that changed',
  },
  tests: {
    of: 'Test', conversations: 'Simulated talks', run: 'Run tests', empty: 'No results yet', emptyText: 'Runs the script’s own test cases and lets simulated callees walk the flow many times: nodes and branches that nobody reaches are listed.',
    cases: 'Test cases', noCases: 'The script has no test cases yet; add them in the editor.', passed: 'all {n} passed', failed: '{n} of {all} failed', ok: 'passed', notOk: 'failed', simulation: '{n} simulated talks', turns: 'Turns on average', nodes: 'Nodes reached', branches: 'Branches taken',
    coverage: 'Coverage', allReached: 'Every node and every branch was reached.', missedNodes: 'Nodes never reached ({n}):', missedBranches: 'Branches never taken ({n}):', picture: 'The flow, with how often each node was reached', problems: 'Findings',
  },
  replay: {
    from: 'Calls of', to: 'with', calls: 'Newest calls', run: 'Replay', empty: 'No results yet', emptyText: 'What callees said in real calls of one version is put to another one: see which paths, labels and grades would change.', noVersion: 'No versions yet', noVersionText: 'Calls exist for versions that were deployed and dialled.',
    noCalls: 'No calls to replay', noCallsText: 'No recorded talk belongs to this version yet.', walked: 'Calls replayed', same: 'Unchanged', changed: 'Changed', grades: 'Change of grades', call: 'Call', said: 'Differs from', before: 'Before', after: 'After', grade: 'Grade',
  },
  compared: {
    what: 'When it was submitted, the newest {calls} real calls of the deployed version {n} were walked through this one. Numbers are masked.', cut: 'There were {found}; time was over for the others.', none: 'No calls to compare', noneText: 'When this version was submitted, no version of the script was deployed, or there was no such comparison yet.', unreadable: 'Version {n} cannot be walked', unreadableText: 'By the rules of now it has errors, so its calls were not compared.',
  },
  unmatched: {
    title: 'Unmatched', sentence: 'Sentence', count: 'Times', node: 'At node', last: 'Last', state: 'State', states: { open: 'Open', added: 'Added', ignored: 'Ignored' }, empty: 'Nothing was left unmatched', emptyText: 'What callees say and the script does not understand is collected here, alike sentences together, to be added to a question or an intent by a click.',
    add: 'Add to…', addWord: 'Add', addOne: 'Add to… “{text}”', ignore: 'Ignore', reopen: 'Take back', added: 'Added to the draft', ignored: 'Ignored', reopened: 'Open again', newQuestion: 'New question', newIntent: 'New intent', toQuestion: 'Question: {name}', toIntent: 'Intent: {name}',
    name: 'Name', nameHelp: 'Letters, digits, - and _', variants: 'Variants', keywords: 'Keywords', textsHelp: 'One a line; the part that matters is enough', answer: 'Answer', needName: 'Give it a name', needTexts: 'At least one is needed', needAnswer: 'Write the answer', play: 'Play: {text}', silent: 'This recording cannot be played',
  },
  talk: {
    title: 'Talk by text', with: 'With', how: 'How', byText: 'Text', byVoice: 'Voice', back: 'Take back', backHelp: 'Takes the last thing back, to say another', restart: 'Start again', say: 'Say', placeholder: 'Say something as the callee', keys: 'Keys', keysHelp: 'Send the typed digits as keys', silence: 'Silence', silenceHelp: 'The callee says nothing',
    over: 'The talk is over.', transferring: 'Being transferred:', soFar: 'So far', node: 'Node', grade: 'Grade', labels: 'Labels', sms: 'SMS', variables: 'Variables', correction: 'Correction', wordless: '(no words)', toNode: 'Open {node} in the editor',
    tally: { interactions: 'Interactions', affirmed: 'Affirmed', refused: 'Refused', questions: 'Questions', unmatched: 'Unmatched', silences: 'Silences' },
    did: { digits: 'Keys {keys}', silence: '(silence)', interrupted: '(breaks in)', connected: 'Transfer connected', failed: 'Transfer failed' },
    note: { label: 'Label: {text}', sms: 'SMS: {text}', transfer: 'Transfer to {text}', transferGroup: 'Transfer to the campaign\'s agent group', leave: 'The robot leaves', model: 'The model is asked', modelFailed: 'The model did not answer ({text}); the failed way is taken', modelChose: 'The model decides: {text}', resume: 'Goes on with the sentence', end: 'End: {text}' },
    via: { next: 'goes on', repeat: 'repeat', ask_again: 'asks again', wait: 'waits', silence_limit: 'limit of silences', unmatched_limit: 'limit of unmatched', connected: 'connected', failed: 'failed', question: 'question: {id}', branch: 'branch: {on}' },
  },
  voice: {
    title: 'Talk by voice', begin: 'Call', again: 'Call again', hangUp: 'Hang up', help: 'Press Call and speak with the script through your microphone. Headphones help.', waiting: 'Connecting…', silent: 'Connected: each sentence appears here once it was said.', level: 'Level of the microphone', interrupted: 'interrupted', reply: 'replied in {ms} ms', phase: { idle: 'Not connected', connecting: 'Connecting', talking: 'Talking', ended: 'Ended' },
    fault: { insecure: 'Browsers give the microphone to https pages and to this machine alone.', noMicrophone: 'No microphone was found.', denied: 'The browser does not allow the microphone. Allow it in the address bar and try again.', lost: 'The connection was lost and the call ended.' },
  },
  campaigns: { name: 'Campaign', progress: 'Progress', owner: 'Owner', empty: 'No campaign uses this script', emptyText: 'Once it is deployed, new campaigns can choose it.' },
  market: {
    title: 'Script market', search: 'Name', noMatch: 'No script fits', noMatchText: 'Try another name or trade.', builtin: 'Template', nodes: '{n} nodes', questions: '{n} questions', noDescription: 'No description', preview: 'Preview', previewOf: 'Preview {name}', adopt: 'Adopt', adoptOf: 'Adopt {name}', adoptTitle: 'Adopt a script', adoptHelp: 'You get a draft of your own, to change as you like.', adopted: 'Adopted as “{name}”', empty: 'The market is empty', emptyText: 'Templates, and what companies above share, appear here.',
  },
  review: {
    title: 'Script reviews', one: 'Review', company: 'Company', by: 'Submitted by', at: 'Submitted', waits: 'Waiting', base: 'Compared with', noBase: 'nothing was live before', empty: 'No scripts', emptyText: 'Versions that companies submit appear here.', tab: { text: 'Whole text', diff: 'Changes', tests: 'Test report', replay: 'Change in real calls', talk: 'Talk to it' },
    approve: 'Approve', refuse: 'Refuse', approveTitle: 'Approve {name}, version {n}', refuseTitle: 'Refuse {name}, version {n}', approveHelp: 'The company can then deploy this version. A remark is not needed.', refuseHelp: 'Say what must change; the author reads it.', needRemark: 'Say what must change',
    did: { approve: 'Approved: {name}, version {n}', refuse: 'Refused: {name}, version {n}' }, noReport: 'No test report', noReportText: 'This version was submitted before there were tests.',
  },
  reading: {
    flow: 'Main flow ({n} nodes)', start: 'start', label: 'label {label}', sms: 'SMS {sms}', again: 'Asks again: ', model: 'Model: ', condition: 'Decided by the variable {variable}', case: 'is {value}', nowhere: 'leads nowhere yet', questions: 'Questions ({n})',
    kind: { say: 'says', ask: 'asks', collect: 'collects keys', value: 'collects a value', condition: 'condition', jump: 'jump', transfer: 'transfer', model: 'model', hangup: 'hangs up' },
    way: { next: 'then', jump: 'to', else: 'otherwise', failed: 'when it fails', visits: 'visited too often', ignore_unmatched: 'even unmatched', ignore_negative: 'even a no' },
  },
};
export default en;
