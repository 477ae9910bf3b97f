// inside is the page that somebody wanted before signing in. Only addresses of this console count, so that no link to
// the sign-in page leads elsewhere.
export function inside(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : '/home';
}
