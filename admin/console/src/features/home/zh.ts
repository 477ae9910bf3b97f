export default {
  title: '首页', newCampaign: '新建任务', watch: '看实时：{name}', data: '数据中心', placed: '外呼通话', answered: '接听', answerRate: '接通率', talkTotal: '通话总时长', intent: 'A/B 意向通话',
  uncalled: '未拨打计划', lastPlan: '最后计划日期', lastCall: '最后拨打日期', days: '累计服务天数', callsPerDay: '每日通话', gradesPerDay: '每日意向分布', noCalls: '这段时间没有通话',
  campaigns: '项目概览', announcements: '系统公告', noAnnouncements: '没有公告', level: { info: '通知', release: '更新', warning: '提醒' },
  robots: { title: '机器人', allotted: '已开通', any: '不限', given: '已分配给下级', reserved: '任务占用', inUse: '正在通话', free: '剩余', help: '运行中和等待时段的任务占用机器人，暂停后释放。' },
  centre: { title: '任务中心', all: '全部任务', empty: '没有进行中的任务', emptyText: '新建任务、导入号码后，从这里启动和暂停。', name: '任务', state: '状态', progress: '进度', robots: '机器人', actions: '操作' },
  range: { label: '时间范围', today: '今日', '7d': '最近 7 天', '30d': '最近 30 天', custom: '自定义', from: '开始日期', to: '结束日期', tooLong: '最多选择 {n} 天' },
};
