import { offset } from '@/ui/zoned';

// fromZone makes a moment of a wall clock's 'YYYY-MM-DD HH:mm:ss' in a zone. What is no such time is undefined. An hour
// that the clock skips counts as the one after it; of one that comes twice the first is meant.
export function fromZone(local: string, zone: string): string | undefined {
  const m = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(local);
  if (!m) return undefined;
  const [year, month, day, hour, minute, second] = m.slice(1).map((x) => Number(x ?? 0)) as [number, number, number, number, number, number];
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  if (month < 1 || month > 12 || day < 1 || new Date(wall).getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  // The offset depends on the moment that is looked for: the second guess is right but within a change of the clock.
  const first = wall - offset(wall, zone);
  return new Date(wall - offset(first, zone)).toISOString();
}
