// One formatter for everything that is shown. What is absent is a dash.
export const none = '–';

type Maybe<T> = T | null | undefined;

export interface Formatter {
  zone: string;
  number(n: Maybe<number>): string;
  percent(share: Maybe<number>): string; // of 0 to 1, with one decimal
  share(part: number, whole: number): string; // the same from two counts
  duration(ms: Maybe<number>): string; // m:ss, from an hour on h:mm:ss
  seconds(ms: Maybe<number>): string; // with one decimal: latencies
  bytes(n: Maybe<number>): string;
  date(at: Maybe<string | Date>): string;
  time(at: Maybe<string | Date>): string; // with seconds
  dateTime(at: Maybe<string | Date>): string; // to the minute
  ago(at: Maybe<string | Date | number>, now?: number): string;
}

const made = new Map<string, Formatter>();

export function formatter(locale: string, zone: string): Formatter {
  const key = `${locale} ${zone}`;
  let f = made.get(key);
  if (!f) made.set(key, (f = make(locale, zone)));
  return f;
}

function make(locale: string, wanted: string): Formatter {
  const zone = known(wanted);
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

  // Dates read alike in both languages, as 2026-03-01 09:05: they sort, and nobody mistakes the month.
  const split = (at: Maybe<string | Date>) => {
    if (!at) return null;
    const d = typeof at === 'string' ? new Date(at) : at;
    if (Number.isNaN(d.getTime())) return null;
    const p = Object.fromEntries(parts.formatToParts(d).map((x) => [x.type, x.value])) as Record<string, string>;
    return { date: `${p.year}-${p.month}-${p.day}`, minute: `${p.hour}:${p.minute}`, second: p.second };
  };
  const percent = (v: Maybe<number>) => (v === null || v === undefined || !Number.isFinite(v) ? none : percents.format(v));

  return {
    zone,
    number: (n) => (n === null || n === undefined ? none : numbers.format(n)),
    percent,
    share: (part, whole) => (whole ? percent(part / whole) : none),
    duration,
    seconds: (ms) => (ms === null || ms === undefined ? none : `${(ms / 1000).toFixed(1)} s`),
    bytes,
    date: (at) => split(at)?.date ?? none,
    time: (at) => {
      const p = split(at);
      return p ? `${p.minute}:${p.second}` : none;
    },
    dateTime: (at) => {
      const p = split(at);
      return p ? `${p.date} ${p.minute}` : none;
    },
    ago: (at, now = Date.now()) => {
      if (!at) return none;
      const s = Math.round((new Date(at).getTime() - now) / 1000);
      const size = Math.abs(s);
      if (size < 60) return relative.format(s, 'second');
      if (size < 3600) return relative.format(Math.round(s / 60), 'minute');
      if (size < 86_400) return relative.format(Math.round(s / 3600), 'hour');
      return relative.format(Math.round(s / 86_400), 'day');
    },
  };
}

// known falls back to UTC for a zone that this browser has never heard of.
function known(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

export function duration(ms: Maybe<number>): string {
  if (ms === null || ms === undefined) return none;
  const all = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(all / 3600);
  const m = Math.floor((all % 3600) / 60);
  return h ? `${h}:${two(m)}:${two(all % 60)}` : `${m}:${two(all % 60)}`;
}

function bytes(n: Maybe<number>): string {
  if (n === null || n === undefined) return none;
  const units = ['B', 'KB', 'MB', 'GB'];
  let i = 0;
  let v = n;
  while (v >= 1024 && i < units.length - 1) {
    v /= 1024;
    i++;
  }
  return `${i ? v.toFixed(1) : v} ${units[i]}`;
}
