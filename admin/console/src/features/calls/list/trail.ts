import type { CallFilter } from '@/api/types';

// The trail is the list somebody opened a call from: it gives the call before and the call after, also across the list's
// pages. It is kept for this window, so that reading the page again does not lose it.
export interface Trail {
  campaign: number;
  query: CallFilter;
  ids: string[]; // as in the list, newest first
  next: string | undefined; // the cursor behind the last id
  back: string; // the list's address
}

const key = 'outdial.calls.trail';

export function leaveTrail(t: Trail): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(t));
  } catch {
    // Storage is off or full: the call opens without neighbours.
  }
}

// trailOf is the trail that leads to this call; null when it was opened in another way.
export function trailOf(call: string): Trail | null {
  try {
    const t = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Trail | null;
    return t && Array.isArray(t.ids) && t.ids.includes(call) && typeof t.back === 'string' && t.back.startsWith('/') ? t : null;
  } catch {
    return null;
  }
}

export interface Neighbours {
  before: string | undefined;
  after: string | undefined;
  place: number; // 1 for the first of the list
  more: boolean; // the list goes on behind `after`
}

export function neighbours(t: Trail, call: string): Neighbours {
  const i = t.ids.indexOf(call);
  return { before: t.ids[i - 1], after: i < 0 ? undefined : t.ids[i + 1], place: i + 1, more: t.next !== undefined };
}

// extended has another page of the list. Calls that moved on meanwhile are not listed twice.
export function extended(t: Trail, ids: string[], next: string | undefined): Trail {
  return { ...t, ids: [...t.ids, ...ids.filter((id) => !t.ids.includes(id))], next };
}
