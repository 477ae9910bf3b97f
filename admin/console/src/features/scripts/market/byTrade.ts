import type { ScriptOffer } from '@/api/types';
import { trades } from '../trades';

// byTrade groups offers: the trades that are known first, then others by name, those of no trade last.
export function byTrade(offers: readonly ScriptOffer[]): { trade: string; offers: ScriptOffer[] }[] {
  const groups = new Map<string, ScriptOffer[]>();
  for (const o of offers) groups.set(o.trade, [...(groups.get(o.trade) ?? []), o]);
  const place = (t: string) => (t === '' ? trades.length + 1 : (trades as readonly string[]).includes(t) ? (trades as readonly string[]).indexOf(t) : trades.length);
  return [...groups].map(([trade, list]) => ({ trade, offers: list })).sort((a, b) => place(a.trade) - place(b.trade) || a.trade.localeCompare(b.trade));
}

// named are the offers whose name holds the word.
export function named(offers: readonly ScriptOffer[], word: string): ScriptOffer[] {
  const part = word.trim().toLowerCase();
  return offers.filter((o) => o.name.toLowerCase().includes(part));
}
