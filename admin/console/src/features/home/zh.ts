export default {
  title: '首页', range: { label: '时间范围', today: '今天', '7d': '近 7 天', '30d': '近 30 天' },
  placed: '呼叫数', answered: '接听数', answerRate: '接听率', talkTotal: '通话总时长', intent: '意向客户',
  campaigns: '任务', announcements: '公告', noAnnouncements: '暂无公告', by: '{author} · {at}',
  uncalled: '待呼叫任务', lastPlan: '最近创建任务', lastCall: '最近呼叫', days: '已服务天数',
};
