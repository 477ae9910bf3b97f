// endsWith says whether a file's name is of one of these kinds: 'xlsx'.
export function endsWith(name: string, kinds: string[]): boolean {
  const kind = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return !!kind && kinds.includes(kind);
}

// kindsText lists kinds for a sentence: "yaml, json or xlsx".
export function kindsText(kinds: string[], comma: string, or: string): string {
  return kinds.length < 2 ? kinds.join('') : kinds.slice(0, -1).join(comma) + or + kinds.at(-1);
}

// templateFile is an empty list to fill in. It holds headings only: an example row would be taken for a real one.
export function templateFile(headings: string[]): Blob {
  const cell = (s: string) => (/[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  return new Blob([`\uFEFF${headings.map(cell).join(',')}\r\n`], { type: 'text/csv;charset=utf-8' });
}

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
