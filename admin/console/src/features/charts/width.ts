// widthOf guesses how wide a label of a chart is, in pixels: Chinese characters take a square each.
export const widthOf = (s: string): number => [...s].reduce((w, c) => w + (c > '\u2e80' ? 12 : 7), 0);
