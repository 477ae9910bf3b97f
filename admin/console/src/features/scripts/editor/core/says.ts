// Lists as people type them, and tests that are made of a talk.
import type { TestCase } from './document';

interface Came {
  path: readonly string[];
  labels: readonly string[];
  sms: readonly string[];
  grade: string;
  node: string;
  ended: boolean;
}

// caseOf makes a test of a talk: the same lines shall lead through the same nodes to the same grade.
export function caseOf(name: string, says: readonly string[], came: Came, variables: Record<string, string>): TestCase {
  const path = came.path.filter((id, i) => id !== came.path[i - 1]);
  return {
    name,
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    says: [...says],
    expect: {
      ...(path.length > 0 ? { path } : {}),
      ...(came.labels.length > 0 ? { labels: [...came.labels] } : {}),
      ...(came.grade ? { grade: came.grade } : {}),
      ...(came.ended ? { end: came.node } : {}),
      ...(came.sms.length > 0 ? { sms: [...came.sms] } : {}),
    },
  };
}

// lines are the lines of a text area; words are separated by commas too. Empty ones are left out.
export const lines = (text: string): string[] => text.split('\n').map((l) => l.trim()).filter(Boolean);
export const words = (text: string): string[] => text.split(/[\n,，、;；]/).map((w) => w.trim()).filter(Boolean);
