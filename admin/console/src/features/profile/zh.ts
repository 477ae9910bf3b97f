export default {
  title: '个人资料',
  tab: { about: '资料', password: '修改密码', sessions: '登录设备' },
  name: '姓名', phone: '手机号', email: '邮箱', account: '账号', role: '角色', scope: '数据范围', unit: '组织', company: '企业', zone: '时区',
  agentNumber: '工号', boundNumber: '绑定号码', masked: '号码脱敏', created: '创建时间', lastSignIn: '上次登录', signedIn: '本次登录', never: '首次登录', from: '{at}，来自 {address}',
  password: { current: '当前密码', new: '新密码', again: '再输一次新密码', differ: '两次输入不一致', help: '修改后，其他设备上的登录会全部退出。', save: '修改密码', done: '密码已修改，其他设备已退出' },
  sessions: {
    device: '设备', address: 'IP 地址', began: '登录时间', seen: '最近活动', current: '当前设备', end: '退出', endTitle: '退出该设备', endText: '该设备上的登录立即失效，需要重新登录。',
    ended: '已退出该设备', everywhere: '退出所有设备', everywhereTitle: '退出所有设备', everywhereText: '包括当前设备在内的所有登录立即失效，您需要重新登录。',
    empty: '没有登录设备', unknown: '未知设备', on: '{browser}，{system}',
  },
};
