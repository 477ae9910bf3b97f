import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { api, must } from '@/api/client';
import { problemOf } from '@/api/problem';
import { useSession } from '@/app/session';

export type JobKind = 'import' | 'export';
export interface Job {
  kind: JobKind;
  id: number;
  title: string;
  link?: string; // the page that it belongs to
  state: 'queued' | 'running' | 'finished' | 'failed';
  total: number;
  done: number;
  rejected: number;
  reason: string;
  file?: string; // where the result can be fetched
  rejections?: string;
}

const keep = 20;
const key = (me: number) => `outdial.jobs.${me}`;
export const over = (j: Pick<Job, 'state'>) => j.state === 'finished' || j.state === 'failed';

// useJobs are the imports, exports and bulk actions that this person has begun. They outlive the page they were begun
// on, and the browser's window: which ones there are is remembered, how far they are is asked.
export const useJobs = defineStore('jobs', () => {
  const session = useSession();
  const jobs = ref<Job[]>([]);
  const seen = ref(true);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const running = computed(() => jobs.value.filter((j) => !over(j)).length);
  const find = (kind: JobKind, id: number) => jobs.value.find((j) => j.kind === kind && j.id === id);

  function remember(): void {
    if (!session.me) return;
    try {
      localStorage.setItem(key(session.me.id), JSON.stringify(jobs.value));
    } catch {
      // Storage is off: jobs are listed as long as the page stays open.
    }
  }

  // register puts work that has just begun into the tray.
  function register(job: { kind: JobKind; id: number; title: string; link?: string; total?: number }): void {
    if (find(job.kind, job.id)) return;
    const begun: Job = { state: 'queued', total: 0, done: 0, rejected: 0, reason: '', ...job };
    jobs.value = [begun, ...jobs.value].slice(0, keep);
    seen.value = false;
    remember();
    poll(1000);
  }

  function remove(job: Job): void {
    jobs.value = jobs.value.filter((j) => j !== job);
    remember();
  }

  async function ask(job: Job): Promise<void> {
    try {
      if (job.kind === 'import') {
        const i = await must(api.GET('/api/v1/imports/{id}', { params: { path: { id: job.id } } }));
        Object.assign(job, {
          state: i.state, total: i.total, done: i.accepted + i.rejected, rejected: i.rejected, reason: i.reason ?? '', rejections: i.rejections,
        });
      } else {
        const e = await must(api.GET('/api/v1/exports/{id}', { params: { path: { id: job.id } } }));
        Object.assign(job, { state: e.state, total: e.total, done: e.done, reason: e.reason, file: e.download });
      }
    } catch (e) {
      // Gone, for it has expired or was deleted. Any other failure passes.
      if (problemOf(e).status === 404) remove(job);
    }
  }

  function poll(after: number): void {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (!session.me) return;
      const open = jobs.value.filter((j) => !over(j));
      await Promise.all(open.map(ask));
      remember();
      if (running.value) poll(document.hidden ? 15_000 : 3000);
    }, after);
  }

  // heard takes the progress of an event; the end is asked for, as only the answer names the file.
  function heard(kind: JobKind, id: number, e: { state: string; done: number; total: number }): void {
    const job = find(kind, id);
    if (!job || over(job)) return;
    job.done = e.done;
    job.total = e.total;
    if (e.state === 'finished' || e.state === 'failed') poll(0);
    else job.state = e.state as Job['state'];
  }

  watch(
    () => session.me?.id,
    (me) => {
      clearTimeout(timer);
      jobs.value = [];
      if (!me) return;
      try {
        jobs.value = JSON.parse(localStorage.getItem(key(me)) ?? '[]');
      } catch {
        jobs.value = [];
      }
      if (running.value) poll(0);
    },
    { immediate: true },
  );

  return { jobs, running, seen, register, remove, heard };
});
