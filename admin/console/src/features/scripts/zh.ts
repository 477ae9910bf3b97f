export default {
  title: '话术', name: '名称', version: '版本', publishedAt: '发布时间', versionText: '第 {n} 版', search: '按名称搜索',
  publish: '发布话术', publishText: '选择一个 YAML 话术文件。同名话术会得到一个新版本，正在使用旧版本的任务不受影响。', file: '话术文件', choose: '请选择文件', tooLarge: '文件不能超过 1 MB', published: '已发布',
  empty: '还没有话术', emptyText: '话术是机器人与被叫对话的流程。发布一个话术文件后，就能用它新建任务。',
};
