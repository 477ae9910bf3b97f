import type zh from './zh';

const en: typeof zh = {
  title: 'Export centre', empty: 'No exports yet', emptyText: 'Choose Export above a campaign’s finished calls; the file appears here. Recordings are kept 3 days, lists 15 days.', kept: 'Recordings are kept 3 days, at most 3,000 at once; lists 15 days, at most 1,000,000 rows. Download them in time.',
  name: 'Name', state: 'State', progress: 'Progress', rows: 'Rows', size: 'Size', createdAt: 'Created', createdBy: 'Created by', expires: 'Expires', file: 'File', creator: 'Creator', from: 'Created from', to: 'Created to',
  download: 'Download', gone: 'Expired', deleteTitle: 'Delete export', deleteFile: 'The file is deleted and cannot be downloaded any more; calls and recordings stay.', deleteJob: 'Only this entry is deleted; what was done is not undone.', deleted: 'Deleted',
  kind: { calls_xlsx: 'List of calls (Excel)', recordings_zip: 'Recordings (zip)', recordings_links: 'Links to recordings (txt)', text_zip: 'Transcripts (zip)', calls_delete: 'Deletion of calls', calls_add: 'Addition to a campaign' },
};
export default en;
