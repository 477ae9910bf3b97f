import { onScopeDispose } from 'vue';
import { api, must } from '@/api/client';
import type { CallDetail } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { type Load, useLoad } from '@/composables/useLoad';
import { markCalls } from '../list/mark';

const gather = 300; // milliseconds; several events of one moment are one reading

// useCall is one call, read again whenever something happens in it while it lasts. Whoever looks at it has read it, until
// they mark it as unread: the page that stays open does not undo that.
export function useCall(id: string): { load: Load<CallDetail>; mark: (unread: boolean) => Promise<void> } {
  let peek: true | undefined;
  const load = useLoad((signal) => must(api.GET('/api/v1/calls/{id}', { params: { path: { id }, query: { peek } }, signal })));
  async function mark(unread: boolean) {
    await markCalls(load.data!.campaign_id, { ids: [id] }, unread);
    peek = true;
    await load.reload({ quiet: true });
  }
  let soon: ReturnType<typeof setTimeout> | undefined;
  const heard = (call: string) => {
    if (call === id) soon ??= setTimeout(() => {
      soon = undefined;
      void load.reload({ quiet: true });
    }, gather);
  };
  // A call's last facts may be written a moment after it ended, and an event may be missed.
  const again = setInterval(() => {
    if (!document.hidden && load.data && load.data.state !== 'ended') void load.reload({ quiet: true });
  }, 10_000);
  useEvents({ 'turn.added': (e) => heard(e.call_id), 'call.changed': (e) => heard(e.call_id), 'listening.changed': (e) => heard(e.call_id) }, () => void load.reload({ quiet: true }));
  onScopeDispose(() => {
    clearTimeout(soon);
    clearInterval(again);
  });
  return { load, mark };
}
