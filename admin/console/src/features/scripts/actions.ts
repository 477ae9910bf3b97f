import type { Permission, Script, ScriptVersion } from '@/api/types';

export type Action = 'edit' | 'submit' | 'withdraw' | 'deploy' | 'copy' | 'share' | 'unshare' | 'json' | 'yaml' | 'xlsx' | 'xls' | 'delete';
export type Known = Pick<Script, 'state' | 'editing' | 'shared' | 'version' | 'deployed_version'>;

const needs: Record<Action, Permission> = {
  edit: 'scripts.edit', submit: 'scripts.edit', withdraw: 'scripts.edit', deploy: 'scripts.deploy', copy: 'scripts.edit', share: 'scripts.edit', unshare: 'scripts.edit',
  json: 'scripts.view', yaml: 'scripts.view', xlsx: 'scripts.view', xls: 'scripts.view', delete: 'scripts.edit',
};
export const formats = ['json', 'yaml', 'xlsx', 'xls'] as const;
export type Format = (typeof formats)[number];

// stateOfNewest is what is known of the newest version where its row was not read: the script says it unless an older
// version is deployed.
function stateOfNewest(s: Known, newest?: Pick<ScriptVersion, 'state'>): string | undefined {
  return newest?.state ?? (s.state === 'deployed' && s.version !== s.deployed_version ? undefined : s.state);
}

// actionsFor are what somebody may do with a script now, the next step first. Sharing is for those with companies below.
export function actionsFor(s: Known, can: (p: Permission) => boolean, more: { newest?: Pick<ScriptVersion, 'state'>; above?: boolean } = {}): Action[] {
  const state = stateOfNewest(s, more.newest);
  const fits: Record<Action, boolean> = {
    deploy: state === 'live',
    submit: s.editing && state !== 'in_review',
    withdraw: state === 'in_review',
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
