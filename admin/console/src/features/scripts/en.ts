import type zh from './zh';

const en: typeof zh = {
  title: 'Scripts', name: 'Name', version: 'Version', publishedAt: 'Published', versionText: 'Version {n}', search: 'Search by name',
  publish: 'Publish script', publishText: 'Choose a script file in YAML. A script of the same name gets a new version; campaigns that use an older one keep it.', file: 'Script file', choose: 'Choose a file', tooLarge: 'The file must not exceed 1 MB', published: 'Published',
  empty: 'No scripts yet', emptyText: 'A script is the flow of the talk between robot and callee. Publish a script file to create campaigns with it.',
};
export default en;
