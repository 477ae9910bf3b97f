import { api, must } from '@/api/client';
import type { CallSelection } from '@/api/types';

// markCalls marks calls as read or unread. The server marks so many at once and says when there are more.
export async function markCalls(campaign: number, which: CallSelection, unread: boolean): Promise<void> {
  let more: boolean | undefined = true;
  while (more) more = (await must(api.POST('/api/v1/campaigns/{id}/calls/read', { params: { path: { id: campaign } }, body: { ...which, unread } }))).more;
}
