// What the contract promises and the generated document does not hold yet. What is written here goes before the
// generated operation of the same path and method, so a line is deleted as soon as the document has it.
import type { Problem } from './problem';
import type { paths } from './schema';
import type * as T from './pending-types';

type Id = { id: number };
type Paging = { cursor?: string; limit?: number };

interface Op<P, Q, B, R> {
  parameters: {
    query?: Q;
    header?: never;
    cookie?: never;
  } & ([P] extends [never] ? { path?: never } : { path: P });
  requestBody: [B] extends [never] ? undefined : { content: { 'application/json': B } };
  responses: {
    200: { headers: Record<string, unknown>; content: { 'application/json': R } };
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } };
  };
}
type Get<P, Q, R> = Omit<Op<P, Q, never, R>, 'requestBody'> & { requestBody?: never };
type Send<P, B, R> = Op<P, never, B, R>;
type Bare<P, R> = Get<P, never, R>; // POST or DELETE without a body

export interface Pending {
  '/api/v1/me': { get: Get<never, never, T.Me>; patch: Send<never, T.ProfileForm, T.Me> };
  '/api/v1/sign-in': { post: Send<never, { account: string; password: string }, T.Me> };
  '/api/v1/me/password': { post: Send<never, { current: string; new: string }, void> };
  '/api/v1/me/sessions': { get: Get<never, never, T.List<T.Session>> };
  '/api/v1/me/sessions/{id}': { delete: Bare<{ id: number | string }, void> };
  '/api/v1/me/sign-out-everywhere': { post: Bare<never, void> };

  '/api/v1/notifications': { get: Get<never, Paging & { unread?: boolean }, T.Page<T.Notification>> };
  '/api/v1/notifications/read': { post: Send<never, { ids: number[] } | { all: true }, void> };
  '/api/v1/announcements': { get: Get<never, Paging, T.Page<T.Announcement>>; post: Send<never, T.AnnouncementForm, T.Announcement> };
  '/api/v1/announcements/{id}': { delete: Bare<Id, void> };
  '/api/v1/home': { get: Get<never, { range?: string; from?: string; to?: string }, T.Home> };

  '/api/v1/units': { get: Get<never, never, T.List<T.Unit>>; post: Send<never, { parent_id: number; name: string }, T.Unit> };
  '/api/v1/units/{id}': { patch: Send<Id, { name?: string; parent_id?: number }, T.Unit>; delete: Bare<Id, void> };
  '/api/v1/members': {
    get: Get<never, Paging & { name?: string; unit_id?: number; role_id?: number; state?: string }, T.Page<T.Member>>;
    post: Send<never, T.MemberForm, { member: T.Member; password: string }>;
  };
  '/api/v1/members/{id}': { get: Get<Id, never, T.Member>; patch: Send<Id, Partial<T.MemberForm> & { disabled?: boolean }, T.Member> };
  '/api/v1/members/{id}/reset-password': { post: Bare<Id, { password: string }> };
  '/api/v1/members/{id}/sign-out': { post: Bare<Id, void> };
  '/api/v1/permissions': { get: Get<never, never, T.List<T.PermissionRow>> };
  '/api/v1/roles': { get: Get<never, never, T.List<T.Role>>; post: Send<never, T.RoleForm, T.Role> };
  '/api/v1/roles/{id}': { patch: Send<Id, Partial<T.RoleForm>, T.Role>; delete: Bare<Id, void> };

  '/api/v1/companies': {
    get: Get<never, Paging & { name?: string; kind?: string; state?: string; parent_id?: number }, T.Page<T.Company>>;
    post: Send<never, T.CompanyForm, { company: T.Company; account: string; password: string }>;
  };
  '/api/v1/companies/{id}': {
    get: Get<Id, never, T.Company>;
    patch: Send<Id, { name?: string; zone?: string; contact_name?: string; contact_phone?: string }, T.Company>;
  };
  '/api/v1/companies/{id}/ban': { post: Send<Id, { reason: string }, { company: T.Company; paused_campaigns: number; ended_sessions: number }> };
  '/api/v1/companies/{id}/unban': { post: Bare<Id, T.Company> };
  '/api/v1/companies/{id}/reset-password': { post: Bare<Id, { account: string; password: string }> };
  '/api/v1/operations': {
    get: Get<never, Paging & { actor?: string; module?: string; action?: string; target?: string; from?: string; to?: string }, T.Page<T.Operation>>;
  };

  '/api/v1/dnc/groups': { get: Get<never, Paging, T.Page<T.DncGroup>>; post: Send<never, T.DncGroupForm, T.DncGroup> };
  '/api/v1/dnc/groups/{id}': { get: Get<Id, never, T.DncGroup>; patch: Send<Id, Partial<T.DncGroupForm> & { never_expires?: boolean }, T.DncGroup>; delete: Bare<Id, void> };
  '/api/v1/dnc/groups/{id}/numbers': {
    get: Get<Id, Paging & { number?: string }, T.Page<T.DncNumber>>;
    post: Send<Id, { number: string; remark: string }, T.DncNumber>;
  };
  '/api/v1/dnc/groups/{id}/numbers/{number_id}': { delete: Bare<Id & { number_id: number }, void> };
  '/api/v1/dnc/groups/{id}/numbers/delete': { post: Send<Id, { ids: number[] }, void> };
  '/api/v1/dnc/groups/{id}/imports': { get: Get<Id, never, T.List<T.Import>> };
  '/api/v1/dnc/check': { post: Send<never, { number: string }, { listed: boolean; groups: { id: number; name: string }[] }> };

  '/api/v1/campaigns': {
    get: Get<
      never,
      Paging & { name?: string; state?: T.CampaignState[] | T.CampaignState; trunk_id?: number; created_from?: string; created_before?: string },
      T.Page<T.Campaign>
    >;
    post: Send<never, T.CampaignForm, T.Campaign>;
  };
  '/api/v1/campaigns/{id}': {
    get: Get<Id, never, T.CampaignDetail>;
    patch: Send<Id, Partial<T.CampaignForm>, T.CampaignDetail>;
    delete: Bare<Id, void>;
  };
  '/api/v1/campaigns/{id}/live': { get: Get<Id, never, T.CampaignLive> };
  '/api/v1/campaigns/{id}/alarm': { get: Get<Id, never, T.Alarm>; put: Send<Id, T.Alarm, T.Alarm> };
}

type Merged<G, P> = {
  [K in keyof G | keyof P]: K extends keyof P ? (K extends keyof G ? Omit<G[K], keyof P[K]> & P[K] : P[K]) : K extends keyof G ? G[K] : never;
};
export type Paths = Merged<paths, Pending>;
