export default {
  title: '微信推送', create: '新建微信机器人', edit: '修改微信机器人', created: '微信机器人已创建', search: '按名称搜索',
  name: '名称', key: 'Webhook', keyHelp: '在企业微信群里添加群机器人，把 Webhook 地址（或其中的 key）粘贴到这里。保存后不再显示。', keyKept: '留空则保持不变（末四位 {end}）',
  mask: '隐藏号码中间几位', maskHelp: '推送的消息中，号码显示为 138****8000。', masked: '隐藏', whole: '完整', numbers: '号码显示', createdBy: '创建者', createdAt: '创建时间', updatedAt: '最后更新',
  test: { send: '发测试消息', done: '测试消息已发出，请到企业微信群里查看' },
  delete: { title: '删除微信机器人', text: '不再推送到它所在的群，还没推送的消息不再发送。已有通话仍显示它的名称。', done: '微信机器人已删除' },
  empty: '还没有微信机器人', emptyText: '微信机器人把通话结果发到企业微信群。新建后，在任务里选择它和要提醒的意向标签。',
};
