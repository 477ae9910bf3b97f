import type { Listening, Permission } from '@/api/types';

// What the console makes of a listening: the member's own telephone hears a call, or talks in it. The telephone is the
// switch's to ring; here is only what is shown and offered of it.

export type ListeningNews = Pick<Listening, 'id' | 'call_id' | 'campaign_id' | 'state'> & { reason?: string };

export type OpenListening = Listening & { state: Exclude<Listening['state'], 'ended'> };

export const isOpen = (l: Listening | null): l is OpenListening => !!l && l.state !== 'ended';

// told is what an event says of the listening that is shown; of another it says nothing. The moments are in the row, which is
// read after the event; until then it is now, so that an end which comes sooner is known for that of a listening that was heard.
export function told(shown: Listening | null, e: ListeningNews, now = new Date().toISOString()): Listening | null {
  if (shown?.id !== e.id || !isOpen(shown)) return shown;
  const next: Listening = { ...shown, state: e.state, reason: (e.reason || undefined) as Listening['reason'] };
  if (e.state === 'listening') next.heard_at ??= now;
  if (e.state === 'talking') next.took_over_at ??= now;
  return next;
}

// answered is what is shown after the server said which listening is open. `ended` has the ends that events told, which
// an answer may be older than.
export function answered(shown: Listening | null, open: Listening | null, ended: ReadonlyMap<string, Listening['reason']>): Listening | null {
  if (open && ended.has(open.id)) return shown?.id === open.id && !isOpen(shown) ? shown : { ...open, state: 'ended', reason: ended.get(open.id) };
  if (open) return open;
  return isOpen(shown) ? { ...shown, state: 'ended', reason: ended.get(shown.id) } : shown;
}

// words is the message that says how far a listening has come, below `listening`.
export function words(l: Listening): string {
  if (l.state === 'ended') return ending(l);
  if (l.wish === 'stop') return 'open.ending';
  if (l.state === 'asked') return 'open.asked';
  if (l.state === 'ringing') return l.wish === 'take_over' ? 'open.ringingToTalk' : 'open.ringing';
  if (l.state === 'talking') return 'open.talking';
  if (l.wish === 'take_over') return l.reason === 'taken' ? 'open.taken' : 'open.taking';
  return l.reason === 'failed' ? 'open.notTaken' : 'open.listening';
}

function ending(l: Listening): string {
  const left = l.reason === 'hung_up' || l.reason === 'call_ended';
  if (left && l.took_over_at) return `talked.${l.reason}`;
  if (left && !l.heard_at) return `never.${l.reason}`;
  return `ended.${l.reason ?? 'unknown'}`;
}

// since is the moment from which the time of a listening counts: that of hearing, then that of talking.
export function since(l: Listening): string | undefined {
  if (l.state === 'talking') return l.took_over_at;
  return l.state === 'listening' ? l.heard_at : undefined;
}

// lasted is how long somebody heard a call and talked in it; undefined for what they did not do, or have not done yet.
export function lasted(l: Listening): { heard: number | undefined; talked: number | undefined } {
  const talked = l.took_over_at && l.ended_at ? Math.max(0, Date.parse(l.ended_at) - Date.parse(l.took_over_at)) : undefined;
  return { heard: l.heard_at ? l.listened_ms : undefined, talked };
}

type Can = (p: Permission) => boolean;

// offered are the buttons of the bar.
export function offered(l: Listening, can: Can): { takeOver: boolean; stop: boolean } {
  const open = isOpen(l) && l.wish !== 'stop';
  return { stop: open, takeOver: open && l.wish !== 'take_over' && l.state !== 'talking' && can('calls.take_over') };
}

export type Button = 'on' | 'off' | 'none';

// buttons are those at a call: none without the permission, and off while nobody talks in it or the wish is granted.
export function buttons(call: { id: string; state: string }, mine: Listening | null, can: Can): { listen: Button; takeOver: Button } {
  const here = isOpen(mine) && mine.call_id === call.id ? mine : null;
  const talked = call.state === 'answered';
  const button = (allowed: boolean, free: boolean): Button => (!allowed ? 'none' : talked && free ? 'on' : 'off');
  return {
    listen: button(can('calls.listen_live'), !here),
    takeOver: button(can('calls.take_over'), !here || offered(here, can).takeOver),
  };
}
