import type { Import } from '@/api/types';
import { type Events, useEvents } from './useEvents';
import { type Load, useLoad } from './useLoad';
import { useThrottle } from './useThrottle';

interface Source {
  read(signal: AbortSignal): Promise<Import[]>;
  // Whether an import that is not listed may be one of these.
  mine(e: Events['import.changed']): boolean;
  changed?(): void; // rows were read again
}

// useImports are the imports into one thing, newest first, and how far each one is.
export function useImports({ read, mine, changed }: Source): Load<Import[]> {
  const load = useLoad<Import[]>(async (signal) => [...(await read(signal))].sort((a, b) => b.order - a.order || b.id - a.id));
  const again = useThrottle(async () => {
    changed?.();
    await load.reload({ quiet: true });
  }, 1000);
  useEvents(
    {
      'import.changed': (e) => {
        const known = load.data?.some((i) => i.id === e.import_id);
        if (!known) return void (mine(e) && again.ask());
        // Its end comes with a reason and a file, which only the row has.
        if (e.state === 'finished' || e.state === 'failed') return again.ask();
        load.data = load.data?.map((i) => (i.id === e.import_id ? { ...i, state: e.state as Import['state'], total: e.total, accepted: e.accepted, rejected: e.rejected } : i));
      },
    },
    () => again.ask(),
  );
  return load;
}
