import { ElMessage } from 'element-plus';
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { api, must } from '@/api/client';
import { worded } from '@/api/language';
import { ProblemError } from '@/api/problem';
import type { Script, ScriptVersion } from '@/api/types';
import { useSession } from '@/app/session';
import { useAction } from '@/composables/useAction';
import { confirmDanger } from '@/ui/confirm';
import { type Action, type Format, actionsFor } from './actions';

// useScriptActions is what the buttons of a script do. `after` is told what was done; what needs words first is in `asking`.
export function useScriptActions(after: (action: Action) => void) {
  const { t } = useI18n();
  const router = useRouter();
  const session = useSession();
  const { busy, run } = useAction();
  const asking = ref<{ action: 'copy' | 'submit'; script: Script }>();

  const available = (s: Script) => actionsFor(s, session.can, { above: session.me?.tenant.kind !== 'merchant' });

  async function act(action: Action, s: Script): Promise<void> {
    if (action === 'edit') return void (await router.push(`/scripts/${s.id}/edit`));
    if (action === 'copy' || action === 'submit') return void (asking.value = { action, script: s });
    if (action === 'json' || action === 'yaml' || action === 'xlsx' || action === 'xls') return download(s, action);
    if (!(await agreed(action, s))) return;
    const done = await run(() => work(action, s));
    if (done) ElMessage.success(`${t(`scripts.did.${action}`)}: ${s.name}`);
    // Also after a refusal: somebody else may have been quicker, and the state shown is not the present one.
    if (done || action !== 'delete') after(action);
  }

  function work(action: Action, s: Script): Promise<unknown> {
    const params = { path: { id: s.id } };
    if (action === 'delete') return must(api.DELETE('/api/v1/scripts/{id}', { params }));
    if (action === 'deploy') return deploy(s.version_id);
    if (action === 'withdraw') return must(api.POST('/api/v1/script-versions/{id}/withdraw', { params: { path: { id: s.version_id } } }));
    return must(api.PATCH('/api/v1/scripts/{id}', { params, body: { shared: action === 'share' } }));
  }

  async function agreed(action: Action, s: Script): Promise<boolean> {
    if (action === 'deploy') return agreeToDeploy(s.name, s.version, s.deployed_version);
    if (action !== 'delete') return true;
    return confirmDanger({
      title: t('scripts.delete.title'), name: s.name, confirm: t('scripts.action.delete'),
      consequences: [t('scripts.delete.gone'), ...(s.deployed_version ? [t('scripts.delete.deployed')] : []), t('scripts.delete.keep')],
    });
  }
  const agreeToDeploy = (name: string, version: number, deployed: number) =>
    confirmDanger({
      title: t('scripts.deploy.title'), name: t('scripts.deploy.name', { name, n: version }), confirm: t('scripts.action.deploy'),
      consequences: [t('scripts.deploy.moves'), ...(deployed ? [t('scripts.deploy.instead', { n: deployed })] : []), t('scripts.deploy.running')],
    });
  const deploy = (version: number) => must(api.POST('/api/v1/script-versions/{id}/deploy', { params: { path: { id: version } } }));

  // deployVersion is for the rows of versions: one that was deployed before may be again.
  async function deployVersion(s: Script, v: ScriptVersion): Promise<void> {
    if (!(await agreeToDeploy(s.name, v.number, s.deployed_version))) return;
    if (await run(() => deploy(v.id))) ElMessage.success(t('scripts.did.deployVersion', { n: v.number }));
    after('deploy');
  }

  function download(s: Script, format: Format, version = 0): void {
    void run(async () => {
      const response = await fetch(worded(`/api/v1/scripts/${s.id}/export?format=${format}&version=${version}`));
      if (!response.ok) throw new ProblemError(await response.json());
      const { saveFile } = await import('@/ui/uploads');
      saveFile(await response.blob(), `${s.name.replace(/[\\/:*?"<>|]/g, '-')}.${format}`);
    });
  }
  return { busy, available, act, asking, deployVersion, download };
}
