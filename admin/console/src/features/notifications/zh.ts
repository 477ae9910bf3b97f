export default {
  title: '通知', all: '全部', unread: '未读', markRead: '标为已读', markAll: '全部标为已读', marked: '已标为已读', open: '查看',
  empty: '还没有通知', emptyText: '任务预警、导入导出结果、平台公告和账号安全提醒会出现在这里。', noUnread: '没有未读通知', fresh: '未读',
  kind: { alarm: '任务预警', campaign_finished: '任务完成', import_finished: '导入完成', export_finished: '导出完成', announcement: '公告', script_submitted: '话术待审', script_approved: '话术通过', script_refused: '话术退回' },
  say: {
    alarm: {
      answer_rate: { title: '接通率过低：{campaign}', body: '电话接通率 {value}，低于 {limit}（已拨打 {calls} 通）' },
      intent_rate: { title: '意向率过低：{campaign}', body: '意向客户比率 {value}，低于 {limit}（已拨打 {calls} 个号码）' },
      mean_talk: { title: '平均通话时长过短：{campaign}', body: '平均通话时长 {value} 秒，低于 {limit} 秒（已接听 {calls} 通）' },
      consecutive_abnormal: { title: '连续异常外呼：{campaign}', body: '最近连续 {value} 通外呼因线路问题失败，请检查线路' },
      not_dialling: { title: '任务停止拨打：{campaign}', body: '任务进行中，有号码待拨打，但已 {value} 分钟没有外呼' },
    },
    campaign: {
      finished: { title: '任务已完成：{campaign}', body: '全部号码已处理完毕，不再外呼' },
      terminated: { title: '任务已终止：{campaign}', body: '任务被终止，不再外呼' },
    },
    script_submitted: '{company} 提交了话术“{script}”第 {n} 版，等待审核', script_approved: '话术“{script}”第 {n} 版已通过审核，可以部署', script_refused: '话术“{script}”第 {n} 版未通过审核',
    import: { finished: '导入完成：{file}', failed: '导入失败：{file}', counts: '共 {total} 行，成功 {accepted} 行，失败 {rejected} 行' },
    export: { finished: '已完成：{what}', failed: '未完成：{what}' },
    work: { calls_xlsx: '通话列表', recordings_zip: '录音文件', recordings_links: '录音链接', text_zip: '对话文字', calls_delete: '删除通话', calls_add: '添加到其他任务' },
    of: '任务“{campaign}”：{said}', workOf: '{campaign} · {work}', rows: '共 {n} 条', failed: '请重新上传文件',
  },
};
