import { onScopeDispose, readonly, ref, watch } from 'vue';
import { useSession } from '@/app/session';
import type { Listening, NotificationKind } from '@/api/types';

// What the server says on /api/v1/events, by the name of the event.
export interface Events {
  'call.changed': { campaign_id: number; call_id: string; state: string; at: string };
  'turn.added': { campaign_id: number; call_id: string; seq: number; speaker: 'robot' | 'callee'; text: string; grade?: string };
  'listening.changed': { id: string; call_id: string; campaign_id: number; state: Listening['state']; reason?: string };
  'campaign.changed': { campaign_id: number; state: string; at: string };
  'import.changed': { campaign_id?: number; import_id: number; state: string; total: number; accepted: number; rejected: number };
  'export.changed': { id: number; state: string; done: number; total: number };
  'notification.added': { id: number; kind: NotificationKind; title: string; link: string; unread?: number };
}
export type EventName = keyof Events;
export type Handlers = { [K in EventName]?: (data: Events[K]) => void };

const names: EventName[] = ['call.changed', 'turn.added', 'listening.changed', 'campaign.changed', 'import.changed', 'export.changed', 'notification.added'];
export type Connection = 'off' | 'connecting' | 'live' | 'lost';

const connection = ref<Connection>('off');
const listeners = new Set<{ handlers: Handlers; resync?: () => void }>();
let source: EventSource | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;

function open(): void {
  connection.value = connection.value === 'lost' ? 'lost' : 'connecting';
  source = new EventSource('/api/v1/events');
  source.addEventListener('ready', () => {
    const caughtUp = connection.value === 'lost';
    connection.value = 'live';
    // Nothing is replayed: whoever listens reads its rows again.
    if (caughtUp) for (const l of listeners) l.resync?.();
  });
  for (const name of names) {
    source.addEventListener(name, (e) => {
      const data = JSON.parse((e as MessageEvent<string>).data);
      for (const l of listeners) (l.handlers[name] as ((d: unknown) => void) | undefined)?.(data);
    });
  }
  source.onerror = () => {
    connection.value = 'lost';
    // The browser tries again by itself, but not after a refusal.
    if (source?.readyState === EventSource.CLOSED) {
      close();
      connection.value = 'lost';
      retry = setTimeout(() => listeners.size && useSession().me && open(), 5000);
    }
  };
}

function close(): void {
  clearTimeout(retry);
  source?.close();
  source = null;
  connection.value = 'off';
}

// useEvents hears events as long as the component lives. All share one connection, which is open while anybody listens
// and somebody is signed in. resync is called when a lost connection is back.
export function useEvents(handlers: Handlers, resync?: () => void) {
  const session = useSession();
  const mine = { handlers, resync };
  listeners.add(mine);
  const stop = watch(
    () => session.me?.id,
    (id) => {
      if (id && !source) open();
      if (!id) close();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    stop();
    listeners.delete(mine);
    if (listeners.size === 0) close();
  });
  return { connection: readonly(connection) };
}
