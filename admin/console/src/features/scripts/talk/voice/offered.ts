// Whether this server has a route: not every deployment is built with everything.
let routes: Promise<Set<string>> | undefined;

export function offers(path: string): Promise<boolean> {
  routes ??= fetch('/api/openapi.json')
    .then((r) => (r.ok ? (r.json() as Promise<{ paths?: Record<string, unknown> }>) : { paths: {} }))
    .then((doc) => new Set(Object.keys(doc.paths ?? {})))
    .catch(() => {
      routes = undefined;
      return new Set<string>();
    });
  return routes.then((all) => all.has(path));
}
