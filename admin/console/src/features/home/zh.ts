export default {
  title: '首页', newCampaign: '新建任务', watch: '看实时：{name}', data: '数据中心', placed: '外呼通话', answered: '接听', answerRate: '接通率', talkTotal: '通话总时长', intent: 'A/B 意向通话',
  uncalled: '未拨打计划', lastPlan: '最后计划日期', lastCall: '最后拨打日期', days: '累计服务天数', callsPerDay: '每日通话', gradesPerDay: '每日意向分布', noCalls: '这段时间没有通话',
  campaigns: '项目概览', announcements: '系统公告', noAnnouncements: '没有公告', level: { info: '通知', release: '更新', warning: '提醒' },
  range: { label: '时间范围', today: '今日', '7d': '最近 7 天', '30d': '最近 30 天', custom: '自定义', from: '开始日期', to: '结束日期', tooLong: '最多选择 {n} 天' },
};
