// Wall clock times of a zone and the instants they stand for. A form shows and takes `2026-03-01T09:30`, the API speaks UTC.

function partsAt(at: number, zone: string): Record<string, number> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(new Date(at)).map((p) => [p.type, Number(p.value)]));
}

// offset is how far the zone's clock is ahead of UTC at an instant, in milliseconds.
function offset(at: number, zone: string): number {
  const p = partsAt(at, zone);
  return Date.UTC(p.year!, p.month! - 1, p.day!, p.hour!, p.minute!, p.second!) - Math.floor(at / 1000) * 1000;
}

// wallClock is what the zone's clock shows at an instant.
export function wallClock(instant: string | undefined, zone: string): string {
  const at = Date.parse(instant ?? '');
  if (Number.isNaN(at)) return '';
  return new Date(at + offset(at, zone)).toISOString().slice(0, 16);
}

// instantOf is the instant at which the zone's clock shows a time. An hour that a change of clocks leaves out counts as
// the one after it, one that comes twice as its first.
export function instantOf(wall: string, zone: string): string | undefined {
  const shown = Date.parse(`${wall}Z`);
  if (Number.isNaN(shown)) return undefined;
  const before = offset(shown - 24 * 3_600_000, zone);
  const after = offset(shown + 24 * 3_600_000, zone);
  for (const o of [before, after]) {
    if (offset(shown - o, zone) === o) return new Date(shown - o).toISOString();
  }
  return new Date(shown - before).toISOString();
}

export const dayBegins = (date: string, zone: string): string | undefined => instantOf(`${date}T00:00`, zone);

export function dayAfter(date: string): string {
  const at = Date.parse(`${date}T00:00Z`);
  return Number.isNaN(at) ? date : new Date(at + 86_400_000).toISOString().slice(0, 10);
}
