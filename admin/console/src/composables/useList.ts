import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import { type LocationQuery, type LocationQueryRaw, useRoute, useRouter } from 'vue-router';
import { isAbort, problemOf, type ProblemError } from '@/api/problem';

export type FilterValue = string | string[];
export type Filters = Record<string, FilterValue>;
export type Key = string | number;

export interface ListQuery<F extends Filters> {
  filters: F;
  cursor: string | undefined;
  limit: number;
}
export interface ListOptions<Row, F extends Filters> {
  // The filters with their values when nothing is filtered: '' or [].
  filters: F;
  load(query: ListQuery<F>, signal: AbortSignal): Promise<{ items: Row[] | null; next?: string; total?: number }>;
  key(row: Row): Key;
  limit?: number;
  // Two lists on one page tell their query parameters apart by this.
  prefix?: string;
}

const sizes = [20, 50, 100];

// useList is a table's rows: a page by key at a time, the filters in the address, so that a link gives the same view,
// and the selection. A newer request aborts the older.
export function useList<Row, F extends Filters>(options: ListOptions<Row, F>): List<Row, F> {
  const route = useRoute();
  const router = useRouter();
  const prefix = options.prefix ?? '';
  const names = Object.keys(options.filters);

  const filters = reactive(structuredClone(options.filters)) as F;
  const rows = shallowRef<Row[]>([]);
  const next = ref<string>();
  const total = ref<number>();
  const error = shallowRef<ProblemError | null>(null);
  const loading = ref(false);
  const loaded = ref(false);
  const loadedAt = ref<number>();
  const limit = ref(options.limit ?? 20);
  // The cursors of the pages that lead here; the first page has none.
  const trail = ref<(string | undefined)[]>([undefined]);

  const filtered = computed(() => names.some((n) => JSON.stringify(filters[n]) !== JSON.stringify(options.filters[n])));

  function read(query: LocationQuery): void {
    for (const n of names) {
      const got = query[prefix + n];
      const many = Array.isArray(options.filters[n]);
      const values = (Array.isArray(got) ? got : [got]).filter((v): v is string => typeof v === 'string' && v !== '');
      const value = many ? values : (values[0] ?? (options.filters[n] as string));
      if (JSON.stringify(value) !== JSON.stringify(filters[n])) (filters as Filters)[n] = value;
    }
  }
  function written(): LocationQueryRaw {
    const query: LocationQueryRaw = { ...route.query };
    for (const n of names) {
      const v = filters[n];
      if (JSON.stringify(v) === JSON.stringify(options.filters[n]) || v === '' || v?.length === 0) delete query[prefix + n];
      else query[prefix + n] = v;
    }
    return query;
  }

  let request: AbortController | null = null;
  async function fetchPage(quiet: boolean): Promise<void> {
    request?.abort();
    const mine = (request = new AbortController());
    if (!quiet) loading.value = true;
    try {
      const page = await options.load({ filters: { ...filters }, cursor: trail.value.at(-1), limit: limit.value }, mine.signal);
      if (mine.signal.aborted) return;
      rows.value = page.items ?? [];
      next.value = page.next || undefined;
      total.value = page.total;
      error.value = null;
      loaded.value = true;
      loadedAt.value = Date.now();
    } catch (e) {
      if (isAbort(e) || mine.signal.aborted) return;
      // What is shown stays while it is only refreshed.
      if (!quiet || !loaded.value) error.value = problemOf(e);
    } finally {
      if (request === mine) {
        request = null;
        loading.value = false;
      }
    }
  }

  const selected = reactive(new Map<Key, Row>());
  const allMatching = ref(false);
  function clearSelection(): void {
    selected.clear();
    allMatching.value = false;
  }

  function restart(): Promise<void> {
    trail.value = [undefined];
    clearSelection();
    return fetchPage(false);
  }
  const reload = (how: { quiet?: boolean } = {}) => fetchPage(how.quiet ?? false);
  async function forward(): Promise<void> {
    if (!next.value || loading.value) return;
    trail.value = [...trail.value, next.value];
    await fetchPage(false);
  }
  async function back(): Promise<void> {
    if (trail.value.length < 2 || loading.value) return;
    trail.value = trail.value.slice(0, -1);
    await fetchPage(false);
  }
  function setLimit(n: number): void {
    limit.value = n;
    void restart();
  }
  function resetFilters(): void {
    Object.assign(filters, structuredClone(options.filters));
  }

  // Text is typed in several strokes: the address and the rows follow when the hand rests.
  let rest: ReturnType<typeof setTimeout> | undefined;
  read(route.query);
  let shown = JSON.stringify(filters);
  watch(filters, () => {
    clearTimeout(rest);
    rest = setTimeout(() => {
      const now = JSON.stringify(filters);
      if (now === shown) return;
      shown = now;
      void router.replace({ query: written(), hash: route.hash });
      void restart();
    }, 250);
  });
  const path = route.path;
  watch(
    () => route.query,
    (query) => {
      if (route.path === path) read(query);
    },
  );
  void fetchPage(false);
  onScopeDispose(() => {
    clearTimeout(rest);
    request?.abort();
  });

  return reactive({
    rows, next, total, error, loading, loaded, loadedAt, limit, sizes, filters, filtered,
    page: computed(() => trail.value.length),
    reload, forward, back, setLimit, resetFilters,
    key: options.key,
    selected, allMatching, clearSelection,
    selectedIds: computed(() => [...selected.keys()]),
  }) as unknown as List<Row, F>;
}

export interface List<Row, F extends Filters = Filters> {
  readonly rows: Row[];
  readonly next: string | undefined;
  readonly total: number | undefined;
  readonly error: ProblemError | null;
  readonly loading: boolean;
  readonly loaded: boolean;
  readonly loadedAt: number | undefined;
  readonly limit: number;
  readonly sizes: number[];
  readonly page: number;
  filters: F;
  readonly filtered: boolean;
  reload(how?: { quiet?: boolean }): Promise<void>;
  forward(): Promise<void>;
  back(): Promise<void>;
  setLimit(n: number): void;
  resetFilters(): void;
  key(row: Row): Key;
  selected: Map<Key, Row>;
  allMatching: boolean;
  clearSelection(): void;
  readonly selectedIds: Key[];
}
