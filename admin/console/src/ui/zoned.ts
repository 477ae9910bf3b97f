// Wall clock times of a zone and the instants they stand for. A form shows and takes `2026-03-01T09:30`, the API speaks UTC.

// offset is how far the zone's clock is ahead of UTC at an instant, in milliseconds. A zone that this browser does not know is
// shown as UTC everywhere.
export function offset(at: number, zone: string): number {
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    }).formatToParts(at);
  } catch {
    return 0;
  }
  const p = Object.fromEntries(parts.map((x) => [x.type, Number(x.value)])) as Record<string, number>;
  return Date.UTC(p.year!, p.month! - 1, p.day!, p.hour!, p.minute!, p.second!) - Math.floor(at / 1000) * 1000;
}

// wallClock is what the zone's clock shows at an instant; '' of none.
export function wallClock(instant: string | undefined, zone: string): string {
  const at = Date.parse(instant ?? '');
  return Number.isNaN(at) ? '' : new Date(at + offset(at, zone)).toISOString().slice(0, 16);
}

// instantOf is the instant at which the zone's clock shows a time. An hour that a change of clocks leaves out counts as the
// one after it, one that comes twice as its first.
export function instantOf(wall: string, zone: string): string | undefined {
  const shown = Date.parse(`${wall}Z`);
  if (Number.isNaN(shown)) return undefined;
  const day = 24 * 3_600_000;
  const before = offset(shown - day, zone);
  for (const o of [before, offset(shown + day, zone)]) {
    if (offset(shown - o, zone) === o) return new Date(shown - o).toISOString();
  }
  return new Date(shown - before).toISOString();
}

export const dayBegins = (date: string, zone: string): string | undefined => instantOf(`${date}T00:00`, zone);

export function dayAfter(date: string): string {
  const at = Date.parse(`${date}T00:00Z`);
  return Number.isNaN(at) ? date : new Date(at + 86_400_000).toISOString().slice(0, 10);
}
