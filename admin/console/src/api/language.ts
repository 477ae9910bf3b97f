// The server says its reasons in the language that a request asks for: the one that the console is read in, which the
// document says, and not the browser's own.
function spoken(): 'zh' | 'en' {
  return globalThis.document?.documentElement.lang.startsWith('en') ? 'en' : 'zh';
}

export function acceptLanguage(): string {
  return spoken() === 'en' ? 'en' : 'zh-CN';
}

// worded asks for a file in the console's language: a link carries no header.
export function worded(address: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}lang=${spoken()}`;
}
