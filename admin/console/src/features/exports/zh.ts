export default {
  title: '导出中心', empty: '还没有导出', emptyText: '在任务的已完成通话中选择“导出”，文件会出现在这里。录音文件保留 3 天，列表文件保留 15 天，请及时下载。', kept: '录音文件保留 3 天，一次最多 3000 条；列表文件保留 15 天，一次最多 100 万条。请及时下载到本地。',
  name: '名称', state: '状态', progress: '进度', rows: '条数', size: '大小', createdAt: '创建时间', createdBy: '创建者', expires: '到期', file: '文件名', creator: '创建者', from: '创建日期从', to: '创建日期到',
  download: '下载', gone: '已过期', deleteTitle: '删除导出', deleteFile: '文件会删除，不能再下载；通话和录音不受影响。', deleteJob: '只删除这条记录，已完成的操作不会撤销。', deleted: '已删除',
  kind: { calls_xlsx: '通话列表（Excel）', recordings_zip: '录音文件（zip）', recordings_links: '录音链接（txt）', text_zip: '对话文字（zip）', calls_delete: '删除通话', calls_add: '添加到任务' },
};
