// What the editor says in English.
import type zh from './zh';

const en: typeof zh = {
  title: 'Script editor', toScript: 'Back to the script', toScripts: 'Back to scripts', readOnly: 'Read only', canvas: 'Flow. Arrow keys go between nodes, Enter edits, question mark shows all keys', palette: 'Kinds of nodes', minimap: 'Overview', panels: 'Panels', zoomIn: 'Zoom in', zoomOut: 'Zoom out', fit: 'Show all', arrange: 'Arrange',
  undo: 'Undo', redo: 'Redo', up: 'Move up', down: 'Move down', add: 'Add', addBranch: 'Add branch', addCase: 'Add value', removeBranch: 'Remove branch {name}', removeNamed: 'Remove {name}', byDefault: 'Default', noLimit: 'No limit', notIgnored: 'Not ignored', empty: 'Drag a node here from the left, or click it.',
  refused: 'The script still has {n} errors; mend them first.', toProblems: 'Show problems',
  insertVariable: 'Insert variable {name}', badName: 'Use letters, digits, - and _, at most 64 characters', takenName: 'There is a “{name}” already',
  save: { saved: 'Saved {at}', unsaved: 'Unsaved changes', saving: 'Saving', failed: 'Not saved', stale: 'Changed by somebody else' },
  stale: {
    title: 'Somebody else changed the draft', who: '{name} saved this draft at {at}.', somebody: 'This draft was saved elsewhere.', text: 'Your changes are not saved yet. Reading the newest draft drops yours; overwriting drops theirs. Closed, you can go on looking and copy nodes; saving asks again.',
    reload: 'Read the newest draft', overwrite: 'Overwrite with mine',
  },
  kind: { say: 'Speak', ask: 'Ask', collect: 'Collect keys', value: 'Collect value', condition: 'Condition', jump: 'Jump', transfer: 'Transfer', sms: 'SMS mark', model: 'Model', hangup: 'Hang up' },
  kindHelp: {
    say: 'Says something and goes on', ask: 'Says something, listens and follows a branch', collect: 'Asks for keys and keeps them in a variable', value: 'Takes a number, an amount, a date out of the answer', condition: 'Goes on by the value of a variable', jump: 'Goes to another node at once', transfer: 'Hands the call to an extension, or to the campaign\'s agent group', sms: 'Says something and marks the call for an SMS', model: 'A chat model answers, bounded in turns and time', hangup: 'Says something and hangs up',
  },
  first: { say: 'Write what is said here.', ask: 'Is this a good time to talk?', collect: 'Please press a key.', value: 'How much would that be?', transfer: 'One moment please, I am connecting you.', sms: 'I will send the details to your phone.', model: 'Is there anything else you would like to know?', hangup: 'Thank you for your time, goodbye.' },
  node: { start: 'Start', anywhere: 'Reached from everywhere: ', open: 'Leads nowhere yet', none: 'Click a node of the flow to edit it.', many: '{n} nodes are selected. Drag, copy (Ctrl+C) or remove them together.', removeMany: 'Remove these {n} nodes', makeStart: 'Make it the start', remove: 'Remove node' },
  field: {
    id: 'Node', name: 'Name', kind: 'Kind', say: 'Says', again: 'Says when asking again', next: 'Next node', jump: 'Jumps to', to: 'Leads to', branches: 'Branches', label: 'Label', sms: 'SMS mark', interruptible: 'May be interrupted', prompt: 'Key of the recording', againPrompt: 'Key for asking again',
    value: 'Value to collect', length: 'Keys', min: 'At least', max: 'At most', terminator: 'Ends with', timeout: 'Waits', into: 'Into variable', variable: 'Variable', cases: 'Values', caseValue: 'Value of the variable', else: 'Otherwise', extension: 'Extension', campaignGroup: 'Empty: the campaign\'s group', ring: 'Rings for', transferFailed: 'When nobody answers', instructions: 'Instructions for the model', turns: 'Turns at most', patience: 'Waits at most', modelFailed: 'On error, timeout or after the turns',
    visits: 'Entered at most', visitsThen: 'After that', ignoreUnmatched: 'Ignore unmatched, go to', ignoreNegative: 'Ignore a no, go to',
  },
  help: { again: 'Said when the node must ask once more; empty repeats the words above.', model: 'Branches come first; what none of them fits goes to the model.' },
  valueKind: { number: 'Number', money: 'Amount', date: 'Date', phone: 'Phone number', name: 'Name', text: 'Own words' },
  way: {
    affirm: 'yes', negate: 'no', refuse: 'refuses', do_not_call: 'do not call', busy: 'busy', callback_later: 'call later', who_is_calling: 'who is calling', number_source: 'where from', price: 'asks the price', are_you_robot: 'are you a robot', repeat: 'please repeat', transfer_to_agent: 'wants a person', wrong_person: 'wrong person', greet: 'greets', goodbye: 'goodbye', hold_on: 'hold on',
    digits: 'any keys', value: 'value given', default: 'anything else', unmatched: 'unmatched', silence: 'silence', rounds: 'rounds used up', next: 'next', jump: 'jump', else: 'otherwise', failed: 'failed', visits: 'visits used up', ignore_unmatched: 'unmatched ignored', ignore_negative: 'no ignored', question: 'question {id}',
    with: { keyword: 'word {value}', regex: 'pattern {value}', model: 'model: {value}', digits: 'keys {value}' },
  },
  trigger: { title: 'Condition of the branch', value: 'What it waits for', intents: 'Intents', words: 'By words', others: 'Others', kind: { keyword: 'Keyword…', regex: 'Pattern…', model: 'By a model…', digits: 'These keys…' }, hint: { keyword: 'word', regex: "such as \\d+ o'clock", model: 'the meaning, in words', digits: 'such as 1' } },
  panel: { node: 'Node', questions: 'Questions', intents: 'Intents', grades: 'Grades', settings: 'Settings', variables: 'Variables', voice: 'Voice', tests: 'Tests', problems: 'Problems', talk: 'Talk' },
  problems: { count: '{errors} errors, {warnings} warnings', check: 'Check again', none: 'Nothing is wrong.', failed: 'The check did not finish. Try again later.', error: 'Error', warning: 'Warning' },
  find: { placeholder: 'Find Ctrl+F', none: 'Nothing found', node: 'Node', question: 'Question', intent: 'Intent', variable: 'Variable', settings: 'Settings' },
  overlay: { title: 'Shown on the flow', none: 'No figures', coverage: 'Test coverage', traffic: 'Real calls', calls: '{n} calls in {days} days', covered: 'Nodes {nodes}, branches {ways}', hungUp: 'Calls that were hung up here' },
  questions: {
    new: 'Name of a new question', empty: 'No questions yet. Callees may ask at any node; after the answer the talk goes on where it was.', by: 'Asked by intent', byVariants: 'By the variants below', variants: 'Variants', variantsHelp: 'One a line; similar ones match too. a&b asks for both in this order.', answer: 'Answer', then: 'After the answer', stay: 'Stays at its node', repeat: 'Ask the node’s question again after the answer',
  },
  intents: {
    own: 'Own intents', help: 'Built-in intents need no definition; the script’s own can be used as conditions of branches.', new: 'Name of a new intent', empty: 'No intents of its own yet.', keywords: 'Keywords', keywordsHelp: 'One a line, anywhere in the sentence; a&b asks for both in this order.', whole: 'Whole sentences', wholeHelp: 'Count only when the callee says nothing else.',
    anywhere: 'Branches from everywhere', anywhereHelp: 'They hold in all nodes, after the node’s own.',
  },
  corrections: { title: 'Corrections', help: 'What the recogniser writes on the left is understood as on the right.', heard: 'Heard', meant: 'Meant' },
  variables: {
    help: 'Write $(name) in texts. The default is used when a contact has no such value; name and number are always there.', new: 'Name of a new variable', empty: 'No variables yet.', default: 'Default', formatLabel: 'Read as', format: { text: 'As it is', money: 'Amount', number: 'Number', digits: 'Digit by digit', date: 'Date', time: 'Time', phone: 'Phone number', name: 'Name' },
    example: { text: 'Read as it is', money: '1200.5 is read as an amount of money', number: '1200 is read as one number', digits: '1200 is read one two zero zero', date: '2026-03-05 is read as a date', time: '14:30 is read as a time', phone: 'Read digit by digit, as phone numbers are', name: 'Read as a name' },
  },
  settings: {
    script: 'Script', trade: 'Trade', language: 'Language', start: 'First node', firstNode: 'The first one', call: 'Call', interruptible: 'Callees may interrupt', longest: 'Longest call', greeting: 'Speaks after', rounds: 'Rounds at most', roundsThen: 'After the rounds', hangUp: 'Hangs up', silence: 'Silence', unmatched: 'Unmatched', after: 'Counts after', max: 'In a row at most', then: 'After that', says: 'What is said',
    saysHelp: 'For the first, the second … time; then the node’s own words.', sayN: 'Time {n}', endpoint: 'End of a turn', endpointHelp: 'How long a pause ends what the callee says.', matched: 'Understood', usual: 'Otherwise', open: 'More awaited', voice: 'Voice', voiceName: 'Voice', speed: 'Speed', background: 'Background sound', level: 'Background, dB',
  },
  grades: {
    own: 'Own rules', help: 'The first rule that fits gives the grade; the usual rule follows when none does. All conditions of a rule must hold.', add: 'Add rule', always: 'always', grade: 'Grade', labels: 'Has labels', without: 'Without labels', nodes: 'Came through nodes', affirmed: 'Positive answers', refused: 'Refusals', questions: 'Questions', interactions: 'Interactions', unmatched: 'Unmatched', silences: 'Silences', talk: 'Talk time', least: 'at least', most: 'at most',
    builtin: 'Usual rule', builtinHelp: 'Read in this order, refusals first.',
    rule: { D1: 'refused three times or more', D2: 'refused twice in fewer than five interactions', D3: 'refused once in fewer than three interactions', A1: 'a positive answer', A2: 'two questions or more', A3: 'five interactions or more', B1: 'one question', B2: 'four interactions', C1: 'two or three interactions', D4: 'fewer than two interactions', E1: 'not connected', F1: 'not connected, several times' },
  },
  voice: {
    help: 'Record a sentence here, or upload wav or mp3; what is not recorded is synthesised. Of sentences with variables the fixed parts are recorded.', stateLabel: 'State', state: { recorded: 'Recorded', stale: 'Text changed', synthesised: 'Synthesised' }, refresh: 'Refresh', empty: 'The script says nothing yet.', play: 'Listen: {text}', listen: 'Listen', record: 'Record', recordOf: 'Record: {text}', upload: 'Upload', uploadOf: 'Upload for: {text}', stop: 'Done',
    kept: 'Recording saved', nothingHeard: 'Nothing was heard', denied: 'The browser did not allow the microphone. Allow it in the address bar and try again.', noMicrophone: 'There is no microphone to use.', cannotPlay: 'This recording cannot be played', wrongKind: 'Choose a wav or mp3 file', tooLarge: 'The file must not exceed 20 MB', removeTitle: 'Delete recording', removeText: 'The sentence is synthesised from then on.',
  },
  tests: {
    run: 'Run tests', conversations: 'Simulated talks', simulated: 'simulated talks', empty: 'No test cases yet. Write what a callee says and where that must lead; all of them run before a review.', newName: 'case', add: 'Add case', passed: 'Passed', failed: 'Failed', someFailed: '{n} of {all} cases failed', allPassed: 'All {n} cases passed', nodes: 'Nodes', branches: 'Branches', ends: 'Ended by', grades: 'Grades',
    says: 'The callee says', saysHelp: 'One a line; also <silence>, <digits 1>, <interrupted>, <connected>, <failed>, <model what it answers>.', path: 'Comes through nodes', never: 'Never comes to', end: 'Ends at', grade: 'Grade', any: 'Any', labels: 'Labels', sms: 'SMS marks',
  },
  talk: { again: 'Say again', againHelp: 'Says the same to the script as it is now', keep: 'Keep as test', kept: 'Kept as test “{name}”', caseName: 'talk', interrupt: 'Interrupt', interruptHelp: 'Breaks into what the robot is saying; the next sentence follows' },
  keys: {
    title: 'Keys', text: 'They work while the flow has the focus; undo, find and save work everywhere.', arrows: 'to the node beside', tab: 'next and previous node', enter: 'edit the node', escape: 'select nothing', move: 'move what is selected', remove: 'remove', undo: 'undo', redo: 'redo', copy: 'copy nodes, also for another script', cut: 'cut', paste: 'paste', all: 'select all', box: 'select by a box', add: 'add to the selection', find: 'find', save: 'save', zoom: 'zoom in, out, show all', help: 'show the keys',
  },
};
export default en;
