// local is where a notification leads within this console; undefined when it leads nowhere or elsewhere.
export function local(link: string | undefined): string | undefined {
  return link && /^\/(?![/\\])/.test(link) ? link : undefined;
}
