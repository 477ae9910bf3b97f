import type { Unit } from '@/api/types';

// Branch is a unit in its place.
export interface Branch {
  unit: Unit;
  level: number; // 1 for the topmost
  children: Branch[];
  members: number; // with those of all units below
  path: string; // names from the top, as "Sales / East"
}

// treeOf puts units below their parents, by name. A unit whose parent is not among them stands at the top.
export function treeOf(units: Unit[]): Branch[] {
  const known = new Set(units.map((u) => u.id));
  const below = new Map<number | null, Unit[]>();
  for (const u of units) {
    const parent = u.parent_id !== null && known.has(u.parent_id) && u.parent_id !== u.id ? u.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), u]);
  }
  const grow = (parent: number | null, level: number, path: string): Branch[] =>
    [...(below.get(parent) ?? [])]
      .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN') || a.id - b.id)
      .map((unit) => {
        const here = path ? `${path} / ${unit.name}` : unit.name;
        const children = grow(unit.id, level + 1, here);
        return { unit, level, children, members: unit.members + children.reduce((n, c) => n + c.members, 0), path: here };
      });
  return grow(null, 1, '');
}

// flat lists branches in the order of a drawn tree; those below a closed one are left out.
export function flat(tree: Branch[], closed?: ReadonlySet<number>): Branch[] {
  return tree.flatMap((b) => [b, ...(closed?.has(b.unit.id) ? [] : flat(b.children, closed))]);
}

export function find(tree: Branch[], id: number | undefined): Branch | undefined {
  return id === undefined ? undefined : flat(tree).find((b) => b.unit.id === id);
}

// parentsFor are the units that a unit can be moved below: any but itself and those below it.
export function parentsFor(tree: Branch[], id: number): Branch[] {
  const own = find(tree, id);
  const barred = new Set(own ? flat([own]).map((b) => b.unit.id) : []);
  return flat(tree).filter((b) => !barred.has(b.unit.id));
}
