import type { Permission, Script, ScriptVersion } from '@/api/types';

export type Action = 'edit' | 'submit' | 'withdraw' | 'deploy' | 'copy' | 'share' | 'unshare' | 'json' | 'yaml' | 'xlsx' | 'xls' | 'delete';
export type Known = Pick<Script, 'state' | 'editing' | 'shared' | 'deployment'>;

const needs: Record<Action, Permission> = {
  edit: 'scripts.edit', submit: 'scripts.edit', withdraw: 'scripts.edit', deploy: 'scripts.deploy', copy: 'scripts.edit', share: 'scripts.edit', unshare: 'scripts.edit',
  json: 'scripts.view', yaml: 'scripts.view', xlsx: 'scripts.view', xls: 'scripts.view', delete: 'scripts.edit',
};
export const formats = ['json', 'yaml', 'xlsx', 'xls'] as const;
export type Format = (typeof formats)[number];

// actionsFor are what somebody may do with a script now, the next step first. Sharing is for those with companies below.
export function actionsFor(s: Known, can: (p: Permission) => boolean, more: { above?: boolean } = {}): Action[] {
  const fits: Record<Action, boolean> = {
    deploy: s.state === 'live' && s.deployment !== 'newest',
    submit: s.editing && s.state !== 'in_review',
    withdraw: s.state === 'in_review',
    edit: true,
    copy: true,
    share: !!more.above && !s.shared,
    unshare: !!more.above && s.shared,
    json: true, yaml: true, xlsx: true, xls: true,
    delete: true,
  };
  return (Object.keys(fits) as Action[]).filter((a) => fits[a] && can(needs[a]));
}

// canDeploy says whether a version may take the place of the deployed one.
export const canDeploy = (v: Pick<ScriptVersion, 'state'>, can: (p: Permission) => boolean): boolean => v.state === 'live' && can('scripts.deploy');
