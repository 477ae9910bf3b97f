// The trades that templates exist for; a script may be of any other, in its author's own words.
export const trades = ['loan', 'education', 'property', 'survey', 'telecom', 'insurance', 'retail', 'health', 'service'] as const;

// tradeWord is the trade in the reader's language, where it is one of those.
export function tradeWord(trade: string | undefined, t: (key: string) => string, te: (key: string) => boolean): string {
  if (!trade) return '–';
  return te(`scripts.trades.${trade}`) ? t(`scripts.trades.${trade}`) : trade;
}
