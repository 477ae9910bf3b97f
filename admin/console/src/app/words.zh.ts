// What the shell, the patterns of ui/ and shared words say in Chinese. A feature's words are in its own folder.
export default {
  app: {
    skip: '跳到正文', menu: '主菜单', toHome: '回到首页',
    group: { home: '首页', calling: '呼叫', scripts: '话术', contacts: '联系人', resources: '资源', organisation: '组织', system: '系统' },
    notifications: '通知，{n} 条未读',
    theme: { label: '外观：{now}，点击切换', light: '浅色', dark: '深色', system: '跟随系统' },
    account: { menu: '账号菜单', profile: '个人资料', password: '修改密码', signOut: '退出登录' },
    notFound: { title: '没有这个页面', text: '地址可能有误，或页面已被移走。' },
    forbidden: { title: '没有权限', text: '您的角色没有“{permission}”权限。如需使用，请联系企业管理员。' },
  },
  ui: {
    save: '保存', cancel: '取消', retry: '重试', back: '返回', copy: '复制', delete: '删除', edit: '编辑', close: '关闭', create: '新建', search: '搜索', all: '全部', yes: '是', no: '否',
    saved: '已保存', deleted: '已删除', done: '已完成', loading: '正在加载', saveKeys: 'Ctrl+Enter 保存',
    list: {
      clearFilters: '清除筛选', noMatch: '没有符合条件的记录', noMatchText: '请放宽筛选条件。', picked: '已选 {n} 条', allPicked: '已选全部符合条件的记录', allPickedCount: '已选全部符合条件的 {n} 条',
      pickAll: '选择全部符合条件的记录', clearSelection: '取消选择', selectPage: '选择本页全部', selectRow: '选择 {name}', columns: '显示的列', defaultColumns: '恢复默认', pages: '翻页',
      perPage: '每页', page: '第 {n} 页', back: '上一页', forward: '下一页', actions: '操作', details: '详情', detailsOf: '{name} 的详情',
    },
    error: {
      title: '无法显示', notFoundTitle: '没有找到', forbiddenTitle: '没有权限', offline: '连不上服务器。请检查网络后重试。', failed: '请求失败（{status}）。请稍后重试。',
      notFound: '它不存在，或不属于您的企业。', forbidden: '您的角色不允许这项操作。', retryAfter: '请在 {n} 秒后重试。', id: '错误编号：{id}',
    },
    live: { now: '实时', age: '{n} 秒前', connecting: '正在连接', lost: '连接中断，正在重连（数据为 {n} 秒前）' },
    phone: { copied: '号码已复制', cannotCopy: '浏览器不允许复制', copy: '复制号码 {number}', masked: '您的账号只能看到部分号码' },
    secret: {
      account: '账号', password: '密码', text: '密码只显示这一次，关闭后无法再查看。请现在复制并交给本人；首次登录后必须修改。', copied: '密码已复制', copiedBoth: '账号和密码已复制', copyBoth: '复制账号和密码', kept: '我已保存，关闭',
    },
    jobs: { title: '后台任务', label: '后台任务，{n} 个进行中', running: '{n} 个进行中', rejected: '{n} 条未成功', file: '下载文件', rejections: '未成功明细', remove: '移除' },
    upload: { choose: '选择文件', cancel: '取消上传', going: '正在上传 {name}：{n}%', wrongKind: '只能导入 {kinds} 文件', tooLarge: '文件不能超过 {most}', template: '下载模板', comma: '、', or: ' 或 ' },
    imports: {
      began: '已收到 {name}，正在导入', order: '次序', file: '文件', from: '来源', state: '状态', total: '总行数', accepted: '成功', rejected: '未成功', started: '开始时间', rows: '未成功明细', download: '下载', empty: '还没有导入记录',
      source: { upload: '文件上传', demo: '演示', api: '接口', redial: '其他任务转入' },
    },
    unsaved: { title: '有未保存的修改', text: '离开后这些修改会丢失。', leave: '放弃修改', stay: '继续编辑' },
  },
  listening: {
    bar: '监听', listen: '监听', takeOver: '介入', stop: '结束', close: '关闭', toCall: '查看通话', listenTo: '监听：{callee}', takeOverFrom: '介入：{callee}',
    listenHelp: '您的话机会振铃，接听后听到双方说话，他们听不到您', takeOverHelp: '您的话机接听后由您和被叫通话，机器人退出', notYet: '通话中才能监听和介入',
    open: {
      asked: '正在呼叫您的话机 {extension}', ringing: '您的话机 {extension} 正在振铃，请接听', ringingToTalk: '您的话机 {extension} 正在振铃，接听后即与被叫通话', listening: '正在监听', talking: '已介入，您正在与被叫通话',
      taking: '正在介入', taken: '正在监听。这通电话正由坐席接听，或正在转给坐席；空出后即介入', notTaken: '介入没有成功，继续监听', ending: '正在结束',
    },
    ended: {
      hung_up: '监听已结束：您已挂断', call_ended: '监听已结束：通话已挂断', no_answer: '监听没有开始：您的话机 {extension} 无人接听', busy: '监听没有开始：您的话机 {extension} 正忙，或拒接了来电', not_registered: '监听没有开始：没有话机以分机 {extension} 登录',
      not_talking: '监听没有开始：这通电话不在通话中', taken: '监听已结束：这通电话由坐席接听', failed: '监听没有开始：交换机没有接通您的话机 {extension}', lost: '监听已中断：呼叫服务没有响应', unknown: '监听已结束',
    },
    register: '{what}。请先登录软电话，再重试',
    never: { hung_up: '监听已取消', call_ended: '监听没有开始：通话已挂断' },
    talked: { hung_up: '介入已结束：您已挂断', call_ended: '介入已结束：被叫已挂断' },
  },
  state: {
    campaign: { not_started: '未开始', scheduling: '调度中', running: '进行中', paused: '暂停', finished: '已完成' },
    call: { created: '已创建', originating: '呼叫中', early: '振铃中', answered: '通话中', ended: '已结束' },
    contact: { waiting: '待呼叫', calling: '呼叫中', finished: '已完成' },
    job: { queued: '排队中', running: '进行中', finished: '已完成', failed: '失败' },
    line: {
      ringing: '振铃', busy_tone: '忙音', congestion_tone: '拥塞音', unobtainable_tone: '空号音', call_waiting: '呼叫等待音', ring_back_music: '彩铃', powered_off: '关机', vacant: '空号', suspended: '停机', in_call: '正在通话中', rejected: '拒接', unreachable: '无法接通', service_suspended: '暂停服务', busy: '用户正忙', wrong_number: '号码有误', incoming_barred: '呼入限制', voicemail: '语音信箱/来电提醒', forwarding_failed: '呼叫转移失败', network_busy: '网络忙', no_answer: '无人接听', in_arrears: '欠费', cannot_answer: '无法接听', number_changed: '改号', line_fault: '线路故障', call_later: '稍后再拨', human: '真人', machine: '机器', unknown: '未判明',
    },
    disposition: {
      answered: '已接听', no_answer: '无人接听', busy: '用户忙', rejected: '拒接', powered_off: '关机', vacant: '空号', suspended: '停机', invalid_number: '号码错误',
      abandoned: '呼损', restricted: '呼叫受限', caller_suspended: '主叫停机', failed: '线路故障', dnc: '黑名单', other: '其他',
    },
    class: { answered: '已接听', line_fault: '线路原因', callee_fault: '被叫原因' },
    fault: { none: '无', callee: '被叫', carrier: '运营商', us: '平台', unknown: '未知' },
    side: { callee: '被叫', robot: '机器人', agent: '坐席', carrier: '运营商', platform: '平台' },
    grade: { A: 'A 意向强', B: 'B 意向一般', C: 'C 需筛选', D: 'D 无意向', E: 'E 未有效通话', F: 'F 未接通' },
    script: { draft: '草稿', in_review: '审核中', refused: '未通过', live: '已上线', deployed: '已部署', withdrawn: '已撤回', editing: '有未提交的修改' },
    member: { active: '正常', disabled: '已停用' },
    company: { active: '正常', banned: '已封禁' },
    tenant: { operator: '运营商', reseller: '代理商', merchant: '商家' },
    scope: { own: '仅本人', unit: '本组织', unit_and_below: '本组织及下级', tenant: '全企业' },
  },
  talk: {
    end: {
      hangup_node: '话术走到挂机节点', silence_limit: '被叫多次不说话', unmatched_limit: '多次没有匹配', longest_call: '达到话术的最长通话时长', loop_limit: '话术循环过多', transferred: '已转接', remote_hangup: '对方挂断', callee_hangup: '被叫挂断', robot_hangup: '机器人挂断',
    },
    match: {
      kind: { intent: '意图', question: '问题', digits: '按键', unmatched: '未匹配', silence: '未说话', backchannel: '附和' },
      score: '匹配度', rule: '依据', runnerUp: '次选', none: '无', handle: '去处理',
    },
    intent: {
      affirm: '肯定', negate: '否定', refuse: '拒绝', do_not_call: '要求别再打', busy: '忙', callback_later: '稍后再打', who_is_calling: '问是谁', number_source: '问号码来源', price: '问价格', are_you_robot: '问是否机器人', repeat: '请重复',
      transfer_to_agent: '要求转人工', wrong_person: '打错了', greet: '问候', goodbye: '道别', hold_on: '请稍等', other: '其他',
    },
    rule: {
      refused_three_times_or_more: '拒绝三次或以上', refused_twice_in_fewer_than_five_interactions: '不到五次交互，拒绝两次', refused_once_in_fewer_than_three_interactions: '不到三次交互，拒绝一次', a_positive_answer: '有肯定回答',
      two_questions_or_more: '提问两次或以上', five_interactions_or_more: '交互五次或以上', one_question: '提问一次', four_interactions: '交互四次', two_or_three_interactions: '交互两到三次', fewer_than_two_interactions: '交互不到两次',
      not_connected: '未接通', not_connected_several_times: '多次未接通',
    },
  },
  permission: {
    home: { view: '查看首页' },
    campaigns: { view: '查看任务', edit: '编辑任务', run: '启停任务', delete: '删除任务' },
    contacts: { import: '导入号码' },
    calls: { view: '查看通话', listen: '听录音', listen_live: '监听通话', take_over: '介入通话', export: '导出通话', delete: '删除通话' },
    scripts: { view: '查看话术', edit: '编辑话术', deploy: '部署话术', review: '审核话术' },
    trunks: { view: '查看线路', edit: '编辑线路' },
    agents: { view: '查看坐席组', edit: '编辑坐席组' },
    dnc: { view: '查看黑名单', edit: '编辑黑名单' },
    team: { view: '查看成员', edit: '管理成员' },
    roles: { view: '查看角色', edit: '管理角色' },
    log: { view: '查看操作日志' },
    companies: { view: '查看企业', edit: '管理企业' },
    announcements: { edit: '发布公告' },
  },
};
