import type { Idle } from '@/api/types';

// The server's words for a reason that the console says in its own language.
const known: Record<string, string> = {
  terminated: 'terminated',
  'every contact has been called': 'allCalled',
  'all contacts are finished': 'allCalled',
  'it is paused': 'paused',
  'the trunk cannot be read': 'noTrunk',
  'the switch cannot be reached': 'noSwitch',
  'no robot is running': 'noRobot',
  'the database does not answer': 'noDatabase',
  'there are no contacts': 'no_contacts',
  'a campaign that hands its contacts to this one is under way': 'feeder',
  'an import is under way': 'importing',
};

// idleKey is the message that says why a campaign does not dial, and the server's words where they say more.
export function idleKey(idle: Pick<Idle, 'code' | 'detail'>): { key: string; detail: string } {
  const said = known[idle.detail];
  if (idle.code === 'finished') return { key: said ?? 'finished', detail: said ? '' : idle.detail };
  if (idle.code === 'paused') return said ? { key: 'paused', detail: '' } : { key: 'pausedBy', detail: idle.detail };
  if (idle.code === 'platform') return { key: said ?? 'platform', detail: said ? '' : idle.detail };
  return { key: idle.code, detail: '' };
}
