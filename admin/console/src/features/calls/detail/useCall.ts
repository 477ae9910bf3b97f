import { onScopeDispose } from 'vue';
import { api, must } from '@/api/client';
import type { CallDetail } from '@/api/types';
import { useEvents } from '@/composables/useEvents';
import { type Load, useLoad } from '@/composables/useLoad';

const gather = 300; // milliseconds; several events of one moment are one reading

// useCall is one call, read again whenever something happens in it while it lasts.
export function useCall(id: string): Load<CallDetail> {
  const load = useLoad((signal) => must(api.GET('/api/v1/calls/{id}', { params: { path: { id } }, signal })));
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
  useEvents({ 'turn.added': (e) => heard(e.call_id), 'call.changed': (e) => heard(e.call_id) }, () => void load.reload({ quiet: true }));
  onScopeDispose(() => {
    clearTimeout(soon);
    clearInterval(again);
  });
  return load;
}
