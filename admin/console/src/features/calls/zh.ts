export default {
  title: '通话', finished: '已完成的通话', live: '进行中的通话', export: '导出', back: '返回列表',
  column: {
    name: '联系人', customer: '客户名称', number: '联系方式', vars: '变量', state: '处理状态', turns: '对话轮次', disposition: '通话状态', class: '状态分类', trunk: '线路名称', callerId: '主叫号码', ordinal: '拨打次数', grade: '意向标签',
    dialled: '拨打时间', ringing: '振铃时间', answered: '接听时间', ended: '挂断时间', talk: '通话时长', hungUpBy: '挂断方', transferAsked: '请求转人工', transfer: '转人工状态', push: '微信推送', agentGroup: '坐席组', agent: '接待坐席', listened: '是否监听', takenOver: '是否介入', agentReaction: '坐席反应时长', listenedFor: '坐席监听时长', agentTalk: '坐席通话时长', endReason: '结束原因', latency: '应答延迟', read: '操作结果', script: '话术', sentence: '最后一句', timer: '时长',
  },
  push: { none: '未推送', waiting: '待推送', sent: '已推送', failed: '推送失败', why: '{state}：{reason}', robot: '微信机器人', sentAt: '推送时间', attempts: '推送次数' },
  transfer: { asked: '是', requested: '转接中', connected: '已接通', failed: '未接通' },
  listened: { title: '监听与介入', who: '{name}（{extension}）', heard: '监听 {time}', hears: '正在监听，已 {time}', tookOver: '{at} 介入', talked: '通话 {time}', talks: '正在通话', rings: '正在呼叫话机', never: { hung_up: '接听前取消', call_ended: '接听前通话已挂断', no_answer: '话机无人接听', busy: '话机正忙或拒接', not_registered: '没有登录的话机', not_talking: '通话还没有接通', taken: '已由坐席接听', failed: '交换机没有接通话机', lost: '呼叫服务没有响应', unknown: '没有接听' } },
  unread: '未读', read: '已读', nameless: '未命名',
  empty: '还没有完成的通话', emptyText: '任务开始后，结束的通话会出现在这里，可以听录音、看对话和匹配结果。',
  noLive: '现在没有进行中的通话', noLiveText: '任务进行时，正在呼叫和通话的号码会实时出现在这里。',
  fresh: '新结束 {n} 条', liveCount: '{n} 路进行中', answeredCount: '{n} 路通话中', saidRobot: '机器人', saidCallee: '被叫', tooMany: '这里最多显示 {n} 路',
  filter: {
    number: '号码（至少前 3 位）', numberWhole: '完整号码', numberShort: '至少输入 3 位数字', name: '联系人', class: '状态分类', disposition: '通话状态', grade: '意向标签', read: '未读/已读', more: '更多筛选', moreCount: '更多筛选（{n}）', dialled: '拨打时间', from: '从', to: '到', talk: '通话时长（秒）',
    turns: '对话轮次', least: '最少', most: '最多', hungUpBy: '挂断方', ordinal: '第几次拨打', today: '今天', week: '最近 7 天', month: '最近 30 天',
    listened: { label: '通话中监听', any: '有无监听均可', yes: '有人监听', no: '无人监听' }, takenOver: { label: '人工介入', any: '有无介入均可', yes: '有人介入', no: '无人介入' },
  },
  bulk: {
    read: '标为已读', unread: '标为未读', add: '添加到任务', export: '导出', delete: '删除', readDone: '已标为已读', unreadDone: '已标为未读', begun: '已开始，进度见右上角的后台任务',
    count: '{n} 条通话', all: '全部符合条件的通话', allOf: '全部符合条件的 {n} 条通话',
    deleteTitle: '删除通话', deleteOne: '通话记录、对话文字和录音都会删除，不能恢复。', deleteCdr: '话单保留，用于对账。', deleteConfirm: '删除',
    addTitle: '添加到其他任务', addText: '{what}的号码会添加到所选任务中再次拨打。任务中已有的号码不会重复添加。', addTo: '任务', addFind: '按名称搜索任务', addPick: '请选择任务', addConfirm: '添加', addNone: '没有其他任务',
  },
  kind: {
    calls_xlsx: 'Excel 表格', recordings_zip: '录音文件（zip）', recordings_links: '录音链接（txt）', text_zip: '对话文字（zip）',
    help: { calls_xlsx: '最多 100 万条，保留 15 天', recordings_zip: '最多 3000 条，保留 3 天', recordings_links: '最多 3000 条，保留 3 天', text_zip: '对话的文字记录' },
  },
  party: { callee: '被叫', robot: '机器人', dialer: '平台', carrier: '运营商', agent: '坐席', none: '无' },
  end: {
    completed: '正常结束', busy: '用户忙', no_answer: '无人接听', ring_timeout: '振铃超时', rejected: '被叫拒接', vacant: '空号', invalid_number: '号码格式错误', number_changed: '号码已更换', unreachable: '关机或不在服务区', suspended: '被叫停机',
    congestion: '线路拥塞', carrier_error: '运营商拒绝', incompatible_media: '媒体不兼容', media_timeout: '收不到被叫的声音', robot_lost: '机器人一侧中断', no_robot: '没有机器人接起', switch_refused: '交换机没有发起呼叫', switch_lost: '交换机中断',
    dialer_lost: '呼叫服务中断期间结束', campaign_terminated: '任务被终止', platform_stopped: '平台停止', talk_timeout: '达到最长通话时长', line_status: '按线路状态由任务挂断', unknown: '原因不明',
  },
  detail: {
    title: '通话详情', previous: '上一条', next: '下一条', place: '第 {n} 条', audio: '下载录音', text: '下载文字', campaign: '所属任务', copyId: '通话编号',
    grade: '意向', gradeRule: '依据：{rule}', noGrade: '还没有意向标签', soFar: '目前', labels: '标签', sms: '短信标记：{marks}', facts: '通话信息', evidence: '状态依据', vars: '变量', others: '同一联系人的其他通话', script: '话术', lastNode: '最后节点',
    disposition: '通话状态', class: '状态分类', endReason: '结束原因', fault: '责任方', hungUpBy: '挂断方', line: '线路状态', answeredBy: '接听者', lineHow: '{what}（{share}，{by}，{after} 后）', lineBy: { cadence: '信号音节奏', music: '彩铃', announcement: '提示音比对', recogniser: '语音识别', answer: '应答方式' }, sip: 'SIP 码', q850: 'Q.850', cause: '交换机原因', talkEnd: '对话结束', endedBy: '对话结束方',
    transcript: '对话', follow: '跟随播放', noTurns: '没有对话', noTurnsText: '电话没有接通，所以没有对话。', noTurnsTalk: '接通后双方都没有说话。', waiting: '等待接听', waitingText: '接通后，每一句话会实时出现在这里。', silent: '（没有说话）',
    playTurn: '播放 {time} 的这句话', interrupted: '被打断', interruptedAfter: '被打断，{ms} 毫秒后停下', latency: '应答 {ms} 毫秒', latencyHelp: '从被叫说完到机器人开口', node: '节点 {node}',
  },
  player: {
    wave: '录音波形', callee: '被叫', robot: '机器人', play: '播放', pause: '暂停', speed: '播放速度', whole: '看全程', close: '放大', view: '波形的显示范围', legend: '阴影为静默', keys: '空格 播放/暂停，← → 快退/快进 5 秒', position: '{at}，共 {all}',
    none: '没有录音', noneText: '这通电话没有留下录音。', later: '录音在通话结束后可听', laterText: '通话进行中，文字会实时更新。', forbidden: '没有听录音的权限', forbiddenText: '您的角色没有“听录音”权限，可以阅读文字。',
    gone: '录音已不在', goneText: '录音文件已删除或过期。', broken: '录音无法读取', brokenText: '文件不是可识别的 WAV 录音，可以下载后用其他软件打开。', empty: '录音是空的', emptyText: '文件里没有声音。', cannotPlay: '浏览器无法播放这段录音', early: '未接通；录到的是接通前线路里的声音。',
  },
};
