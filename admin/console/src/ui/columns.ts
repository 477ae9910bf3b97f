import { computed, ref } from 'vue';

export interface Column<Row> {
  key: string; // the cell's slot is `cell-<key>`
  label: string;
  text?: (row: Row) => string; // what the cell shows when it has no slot
  width?: number;
  minWidth?: number;
  numeric?: boolean; // right-aligned, tabular figures
  hidden?: boolean; // not shown until it is chosen
  fixed?: boolean; // cannot be hidden
}

// useColumns remembers which columns of the table `id` somebody wants to see.
export function useColumns<Row>(id: () => string, columns: () => Column<Row>[]) {
  const key = () => `outdial.columns.${id()}`;
  const chosen = ref<string[] | null>(read());

  function read(): string[] | null {
    try {
      const v: unknown = JSON.parse(localStorage.getItem(key()) ?? 'null');
      return Array.isArray(v) ? v.filter((x) => typeof x === 'string') : null;
    } catch {
      return null;
    }
  }
  const shown = computed(() => columns().filter((c) => c.fixed || (chosen.value ? chosen.value.includes(c.key) : !c.hidden)));

  function choose(keys: string[] | null): void {
    chosen.value = keys;
    try {
      if (keys) localStorage.setItem(key(), JSON.stringify(keys));
      else localStorage.removeItem(key());
    } catch {
      // Storage is off: the choice lasts as long as the page.
    }
  }
  return { shown, choose };
}
