export default {
  title: '通知', all: '全部', unread: '未读', markRead: '标为已读', markAll: '全部标为已读', marked: '已标为已读', open: '查看',
  empty: '还没有通知', emptyText: '任务预警、导入导出结果、平台公告和账号安全提醒会出现在这里。', noUnread: '没有未读通知', fresh: '未读',
  kind: { alarm: '任务预警', campaign_finished: '任务完成', import_finished: '导入完成', export_finished: '导出完成', announcement: '公告', security: '账号安全' },
};
