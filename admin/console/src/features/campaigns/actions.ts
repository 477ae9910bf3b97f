import type { CampaignState, Permission } from '@/api/types';

export type Action = 'start' | 'pause' | 'resume' | 'terminate' | 'edit' | 'delete';

const fitting: Record<Action, CampaignState[]> = {
  start: ['not_started'],
  resume: ['paused'],
  pause: ['scheduling', 'running'],
  edit: ['not_started', 'scheduling', 'running', 'paused', 'finished'],
  terminate: ['not_started', 'scheduling', 'running', 'paused'],
  delete: ['not_started', 'finished'],
};
const needs: Record<Action, Permission> = {
  start: 'campaigns.run', pause: 'campaigns.run', resume: 'campaigns.run', terminate: 'campaigns.run', edit: 'campaigns.edit', delete: 'campaigns.delete',
};

export const fits = (action: Action, state: CampaignState): boolean => fitting[action].includes(state);

// actionsFor are what somebody may do with a campaign in this state, the next step first.
export function actionsFor(state: CampaignState, can: (p: Permission) => boolean): Action[] {
  return (Object.keys(fitting) as Action[]).filter((a) => fits(a, state) && can(needs[a]));
}

// primary is the action that has a button of its own; the others are in the menu behind it.
export const isPrimary = (a: Action): boolean => a === 'start' || a === 'pause' || a === 'resume';

// Once a campaign has been started, calls are made by what was agreed; only these may still change.
const always = ['name', 'description', 'robots'];
export const openInEveryState = (field: string): boolean => always.includes(field);
export const whollyEditable = (state: CampaignState): boolean => state === 'not_started' || state === 'paused';
