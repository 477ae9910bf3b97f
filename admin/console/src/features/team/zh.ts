export default {
  title: '团队', create: '新建成员', edit: '编辑成员', saved: '成员已保存',
  unit: {
    tree: '组织', everybody: '全部成员', of: '“{name}”的成员', count: '直属 {own} 人，含下级共 {all} 人', add: '新建下级', addTo: '在“{name}”下新建组织', rename: '改名', renameTitle: '组织改名', move: '移动', moveTitle: '移动“{name}”', name: '组织名称', parent: '上级组织',
    moveHelp: '连同下级组织和成员一起移动。按数据范围看数据的成员，可见内容会随之变化。', created: '组织已创建', moved: '组织已移动', delete: '删除组织', deleteText: '删除后不能恢复。', deleted: '组织已删除',
    notEmptyTitle: '不能删除“{name}”', hasMembers: '还有 {n} 名直属成员，请先把他们移到其他组织。', hasChildren: '还有 {n} 个下级组织，请先移走或删除。', top: '这是最上级组织，不能删除。', actions: '所选组织的操作', ok: '知道了', none: '（未分配）',
  },
  account: '账号', name: '姓名', phone: '手机号', email: '邮箱', agentNumber: '工号', boundNumber: '绑定号码', unitName: '组织', role: '角色', state: '状态', masking: '号码脱敏', concurrent: '多地登录', lastSignIn: '上次登录', createdAt: '创建时间', never: '从未登录', firstPassword: '首次密码未改',
  accountHelp: '字母开头，2–40 位字母、数字、点、横线。创建后不能修改。', agentHelp: '可用 工号{at}企业编码 登录', boundHelp: '可直接用该号码登录', maskingText: '只能看到号码的前三位和后四位', concurrentText: '允许在多个地方同时登录', maskingOn: '脱敏', maskingOff: '完整', rolesHidden: '您看不到角色列表，只能选择已知的角色。',
  passwordHelp: '保存后系统生成初始密码，只显示一次。',
  filter: { name: '姓名或账号', role: '角色', state: '状态' },
  empty: '这里还没有成员', emptyText: '成员用自己的账号登录，角色决定能做什么、能看到哪些数据。',
  more: '更多', self: '本人',
  disable: { do: '停用', title: '停用成员', text: '该成员立即退出登录，之后不能再登录。已有的任务和数据保留，随时可以重新启用。', done: '成员已停用' },
  enable: { do: '启用', done: '成员已启用' },
  reset: { do: '重置密码', title: '重置密码', text: '旧密码立即失效，该成员的登录全部退出。新密码只显示一次。', secret: '新密码', created: '成员已创建' },
  signOut: { do: '退出其登录', title: '退出该成员的登录', text: '该成员在所有设备上的登录立即失效，需要重新登录。', done: '已退出该成员的登录' },
};
