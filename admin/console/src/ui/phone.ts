// grouped makes a number readable: 138 0013 8000, masked ones likewise. What is no Chinese mobile number stays as it is.
export function grouped(number: string): string {
  const m = /^(\+?86)?(1[\d*]{2})([\d*]{4})([\d*]{4})$/.exec(number);
  return m ? [m[1], m[2], m[3], m[4]].filter(Boolean).join('\u2009') : number;
}
