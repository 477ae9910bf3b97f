export interface Shift {
  grade: string;
  before: number;
  after: number;
  by: number;
}

// gradeShift tells how many calls of each grade there were and would be, A to F.
export function gradeShift(grades: { before: Record<string, number>; after: Record<string, number> } | undefined): Shift[] {
  if (!grades) return [];
  const all = [...new Set([...Object.keys(grades.before), ...Object.keys(grades.after)])].sort();
  return all.map((grade) => {
    const [before, after] = [grades.before[grade] ?? 0, grades.after[grade] ?? 0];
    return { grade, before, after, by: after - before };
  });
}
