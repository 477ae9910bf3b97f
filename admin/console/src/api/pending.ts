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
  '/api/v1/home': { get: Get<never, { range?: string; from?: string; to?: string }, T.Home> };

  '/api/v1/campaigns': {
    get: Get<
      never,
      Paging & { name?: string; state?: T.CampaignState[] | T.CampaignState; script_id?: number; trunk_id?: number; created_from?: string; created_before?: string },
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
