import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, defineComponent, h, nextTick } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import { ProblemError } from '@/api/problem';
import { type List, type ListQuery, useList } from '@/composables/useList';

interface Row { id: number }
type F = { name: string; grade: string[] };
type Load = (q: ListQuery<F>, s: AbortSignal) => Promise<{ items: Row[] | null; next?: string }>;

// made mounts a page with a list at an address, as the app would.
async function made(address: string, load: Load) {
  let list!: List<Row, F>;
  const Page = defineComponent({
    setup() {
      list = useList<Row, F>({ filters: { name: '', grade: [] }, key: (r) => r.id, load });
      return () => h('div');
    },
  });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/things', component: Page }, { path: '/', component: Page }] });
  await router.push(address);
  const app = createApp({ render: () => h(RouterView) }).use(router);
  app.mount(document.createElement('div'));
  await nextTick();
  return { list, router, app };
}
const pages: Load = vi.fn(async ({ cursor }) => {
  const from = Number(cursor ?? 1);
  return { items: [{ id: from }, { id: from + 1 }], next: from < 5 ? String(from + 2) : '' };
});
const ids = (list: List<Row, F>) => list.rows.map((r) => r.id);
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000 });

afterEach(() => vi.clearAllMocks());

describe('useList', () => {
  it('pages by key, on and back', async () => {
    const { list } = await made('/things', pages);
    await until(() => expect(list.loaded).toBe(true));
    expect([ids(list), list.page, list.next]).toEqual([[1, 2], 1, '3']);
    await list.forward();
    await list.forward();
    expect([ids(list), list.page, list.next]).toEqual([[5, 6], 3, undefined]);
    await list.forward();
    expect(list.page).toBe(3);
    await list.back();
    expect([ids(list), list.page]).toEqual([[3, 4], 2]);
  });

  it('takes its filters from the address', async () => {
    const { list } = await made('/things?name=li&grade=A&grade=B&tab=calls', pages);
    expect(list.filters).toEqual({ name: 'li', grade: ['A', 'B'] });
    expect(list.filtered).toBe(true);
    expect(vi.mocked(pages).mock.calls[0]![0].filters).toEqual({ name: 'li', grade: ['A', 'B'] });
  });

  it('writes them there, starts again at the first page, and leaves other parameters alone', async () => {
    const { list, router } = await made('/things?tab=calls', pages);
    await until(() => expect(list.loaded).toBe(true));
    await list.forward();
    list.filters.grade = ['A'];
    await until(() => expect(router.currentRoute.value.query).toEqual({ tab: 'calls', grade: ['A'] }));
    expect(list.page).toBe(1);
    list.resetFilters();
    await until(() => expect(router.currentRoute.value.query).toEqual({ tab: 'calls' }));
    expect(list.filtered).toBe(false);
  });

  it('follows the address back', async () => {
    const { list, router } = await made('/things?name=a', pages);
    await router.push('/things?name=b');
    await until(() => expect(vi.mocked(pages).mock.calls.at(-1)![0].filters.name).toBe('b'));
    expect(list.filters.name).toBe('b');
  });

  it('gives up the older request for the newer', async () => {
    const open: { signal: AbortSignal; end: (id: number) => void }[] = [];
    const { list } = await made('/things', (_q, signal) => new Promise((end) => open.push({ signal, end: (id) => end({ items: [{ id }] }) })));
    const second = list.reload();
    open[1]!.end(2);
    await second;
    open[0]!.end(1);
    await nextTick();
    expect(open[0]!.signal.aborted).toBe(true);
    expect([ids(list), list.loading]).toEqual([[2], false]);
  });

  it('says why it has no rows, and keeps the rows when only a refresh fails', async () => {
    let fail = false;
    const { list } = await made('/things', async () => {
      if (fail) throw new ProblemError({ title: '', status: 503, detail: 'down', code: 'unavailable' });
      return { items: [{ id: 1 }] };
    });
    await until(() => expect(list.loaded).toBe(true));
    fail = true;
    await list.reload({ quiet: true });
    expect([ids(list), list.error]).toEqual([[1], null]);
    await list.reload();
    expect(list.error?.message).toBe('down');
    fail = false;
    await list.reload();
    expect(list.error).toBeNull();
  });

  it('keeps a selection over pages, and drops it with other filters', async () => {
    const { list } = await made('/things', pages);
    await until(() => expect(list.loaded).toBe(true));
    list.selected.set(1, { id: 1 });
    list.allMatching = true;
    await list.forward();
    expect([list.selectedIds, list.allMatching]).toEqual([[1], true]);
    list.filters.name = 'x';
    await until(() => expect(list.selectedIds).toEqual([]));
    expect(list.allMatching).toBe(false);
  });

  it('asks for nothing more once its page is left', async () => {
    const signals: AbortSignal[] = [];
    const { app } = await made('/things', (_q, s) => new Promise(() => signals.push(s)));
    app.unmount();
    expect(signals[0]!.aborted).toBe(true);
  });
});
