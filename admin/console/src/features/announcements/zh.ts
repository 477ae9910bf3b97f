export default {
  title: '公告', create: '发布公告', published: '公告已发布', by: '{author} 发布于 {at}', heading: '标题', body: '内容', level: '级别', expand: '展开', collapse: '收起',
  levels: { info: '通知', release: '更新', warning: '重要' },
  empty: '还没有公告', emptyText: '平台的通知和版本更新会发布在这里。', bodyHelp: '纯文本，换行会保留。发布后所有企业的全部成员都会收到通知。',
  delete: { title: '删除公告', text: '所有企业都不再看到它，相关的通知一并删除。', done: '公告已删除' },
};
