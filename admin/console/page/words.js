'use strict';
// What the console says in Chinese; the English words are the keys and the API's own.

const words = {
  'Campaigns': '任务', 'Sign in': '登录', 'Sign out': '退出', 'Account': '账号', 'Password': '密码', 'New campaign': '新建任务', 'Name': '名称',
  'Script': '话术', 'Trunk': '线路', 'Robots': '机器人数', 'Create': '创建', 'State': '状态', 'Progress': '进度', 'Calling': '呼叫中',
  'Created': '创建时间', 'start': '开始', 'pause': '暂停', 'resume': '继续', 'terminate': '终止', 'not_started': '未开始', 'scheduling': '调度中',
  'running': '进行中', 'paused': '暂停', 'finished': '已完成', 'Contacts': '号码', 'Called': '已呼叫', 'Answered': '已接听', 'Talk time': '通话时长',
  'Grades': '意向标签', 'Calls in progress': '进行中', 'Calls': '通话记录', 'Number': '联系方式', 'Contact': '联系人', 'Last sentence': '最近一句',
  'Result': '通话状态', 'Grade': '意向标签', 'Turns': '对话轮次', 'Duration': '通话时长', 'Dialled': '拨打时间', 'Imports': '导入',
  'Import list': '导入名单', 'Upload': '上传', 'Add number': '添加号码', 'Add': '添加', 'Total': '总数', 'Accepted': '成功', 'Rejected': '未成功',
  'Rejected rows': '未成功明细', 'More': '更多', 'All': '全部', 'No campaigns yet. Create the first one above.': '还没有任务，请先在上方新建。',
  'No calls yet.': '还没有通话。', 'Nobody is being called now.': '当前没有进行中的通话。', 'Whole call': '全程录音', 'No recording.': '没有录音。',
  'Nothing was said.': '没有对话。', 'Robot': '机器人', 'Callee': '被叫', 'End reason': '结束原因', 'Fault': '责任方', 'Hung up by': '挂机方',
  'reply': '响应', 'interrupted': '被打断', 'Live': '实时', 'Connection lost; trying again': '连接中断，正在重连', 'File': '文件', 'Saved': '已保存',
  'queued': '排队中', 'failed': '失败', 'early': '早期媒体', 'originating': '呼叫中', 'created': '已创建', 'answered': '已接听', 'ended': '已结束',
  'no_answer': '无人接听', 'busy': '用户忙', 'rejected': '拒接', 'powered_off': '关机', 'vacant': '空号', 'suspended': '停机',
  'invalid_number': '号码错误', 'abandoned': '呼损', 'other': '其他', 'restricted': '呼叫受限', 'caller_suspended': '主叫停机',
  'no_contacts': '还没有号码', 'start_time': '等待定时启动', 'window': '不在拨打时间内', 'redial': '等待重拨', 'platform': '平台原因', 'until': '直到',
  'End this campaign for good, with the calls under way?': '终止后不能恢复，正在进行的通话也会结束。确定终止？',
};
