// What a browser calls itself, in the words people use. Order matters: Edge also says Chrome, Chrome also says Safari.
const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/MicroMessenger\//, 'WeChat'], [/HeadlessChrome\//, 'Chrome'], [/Chrome\//, 'Chrome'], [/Firefox\//, 'Firefox'], [/Safari\//, 'Safari'], [/^curl\//, 'curl'],
];
const systems: [RegExp, string][] = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']];

export function agentOf(text: string): { browser?: string; system?: string } {
  const first = (of: [RegExp, string][]) => of.find(([r]) => r.test(text))?.[1];
  return { browser: first(browsers), system: first(systems) };
}
