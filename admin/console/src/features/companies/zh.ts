export default {
  title: '企业', create: '新建企业', createBelow: '新建下级企业', edit: '编辑企业',
  name: '企业名称', kind: '类型', code: '企业编码', parent: '上级企业', state: '状态', zone: '时区', contactName: '联系人', contactPhone: '联系电话', children: '下级企业', members: '成员', running: '进行中任务', createdAt: '创建时间', account: '管理员账号', own: '{name}（本企业）',
  kindHelp: '代理商可以再开设下级企业；商家自己外呼，没有下级。', codeHelp: '2–40 位小写字母、数字、横线。成员用 工号{at}企业编码 登录，创建后不能修改。', zoneHelp: '外呼时段和报表日期按这个时区计算。', accountHelp: '该企业第一个管理员的登录账号，字母开头。初始密码由系统生成，只显示一次。',
  filter: { name: '名称或编码', kind: '类型', state: '状态', parent: '上级企业' },
  empty: '还没有下级企业', emptyText: '在这里开设代理商和商家。每个企业有自己的成员、任务和数据，互不可见。', noChildren: '没有下级企业', noChildrenText: '在这家代理商下开设的企业会列在这里。',
  state_: { active: '正常', banned: '已封禁', ancestor: '随上级封禁' },
  bannedAt: '封禁时间', banReason: '封禁原因', ancestorText: '上级企业已被封禁，本企业随之停用；解封上级后恢复。', bannedText: '{at} 起封禁。原因：{reason}',
  founded: '企业已创建', secretReset: '管理员的新密码',
  robots: {
    label: '机器人', do: '分配机器人', title: '为“{name}”分配机器人', number: '数量', any: '不限', help: '同时通话的机器人数量，从上级企业的机器人中划出。为 0 时该企业不能启动任务。', least: '该企业至少需要 {n} 个：已分配给下级 {given} 个，任务占用 {reserved} 个。',
    most: '上级企业最多可分配 {n} 个。', mostAny: '上级企业不限量。', given: '已分配给下级 {n} 个', reserved: '任务占用 {n} 个', taken: '{n}（{taken}）', comma: '，',
  },
  ban: {
    do: '封禁', title: '封禁“{name}”', reason: '封禁原因', reasonHelp: '会记入该企业的操作日志，上级可见。', what: '封禁后立即生效：', campaigns: '正在运行的任务全部暂停（现有 {n} 个进行中），不再发起呼叫', sessions: '全部成员退出登录，之后不能登录', below: '其下 {n} 家直属企业及更下级一并停用', keep: '数据保留；解封后任务仍为暂停，需要手动继续',
    done: '已封禁：暂停了 {campaigns} 个任务，结束了 {sessions} 个登录。', action: '确认封禁',
  },
  unban: { do: '解封', title: '解封企业', text: '成员可以重新登录。被暂停的任务不会自动继续，需要手动继续。', done: '已解封' },
  reset: { do: '重置管理员密码', title: '重置管理员密码', text: '该企业第一个管理员的旧密码立即失效，其登录全部退出。新密码只显示一次。' },
};
