export type Tone = 'good' | 'run' | 'warn' | 'bad' | 'calm';

// The colour of each state word. The word itself is the message `state.<domain>.<state>`.
const tones: Record<string, Tone> = {
  not_started: 'calm', scheduling: 'warn', running: 'run', paused: 'warn', finished: 'good',
  created: 'calm', originating: 'run', early: 'run', answered: 'good', ended: 'calm',
  queued: 'calm', failed: 'bad',
  waiting: 'calm', calling: 'run',
  active: 'good', disabled: 'bad', banned: 'bad', expired: 'warn',
  draft: 'calm', in_review: 'warn', refused: 'bad', live: 'run', deployed: 'good', withdrawn: 'calm',
  no_answer: 'warn', busy: 'warn', rejected: 'warn', powered_off: 'warn', abandoned: 'bad', vacant: 'bad', suspended: 'bad', dnc: 'calm',
  invalid_number: 'bad', restricted: 'bad', caller_suspended: 'bad', other: 'calm',
};

export function toneOf(state: string): Tone {
  return tones[state] ?? 'calm';
}
