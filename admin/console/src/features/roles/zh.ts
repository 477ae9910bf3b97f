export default {
  title: '角色', create: '新建角色', created: '角色已创建', search: '按名称搜索', name: '角色名称', description: '描述', scope: '数据范围', permissions: '功能权限', count: '权限数', members: '成员数', copyOf: '{name}（副本）', copy: '复制为新角色',
  kind: '来源', template: { administrator: '内置', supervisor: '预置', member: '预置', auditor: '预置' },
  empty: '还没有角色', emptyText: '角色决定成员能使用哪些功能、能看到哪些数据。',
  scopeText: {
    own: '只看到自己名下的任务，以及这些任务的通话和号码。', unit: '看到自己名下的，以及本组织的任务和成员。', unit_and_below: '看到自己名下的，以及本组织和所有下级组织的任务和成员。', tenant: '看到企业内的全部任务和成员。',
  },
  find: '搜索权限', noMatch: '没有符合的权限。', all: '全选', none: '全不选', dangerous: '敏感', dangerousText: '会删除数据、导出数据，或把权力交给他人', chosen: '已选 {n} / {all}', lacking: '您自己的角色没有这项权限，不能授予他人',
  readOnly: { builtIn: '内置管理员角色不能修改或删除。可以复制它，做成新的角色。', own: '您自己的角色：只能修改名称和描述。权限和数据范围请由其他管理员修改。', wider: '这个角色的权限或数据范围超出您的角色，您不能修改。', viewer: '您可以查看，不能修改。' },
  holds: '修改后，拥有该角色的 {n} 名成员从下一次操作起生效。',
  delete: { do: '删除角色', text: '删除后不能恢复。', done: '角色已删除', usedTitle: '不能删除“{name}”', used: '还有 {n} 名成员使用这个角色，请先给他们换一个角色。', ok: '知道了', toMembers: '查看这些成员' },
  module: { home: '首页', campaigns: '任务', contacts: '号码名单', calls: '通话', scripts: '话术', trunks: '线路', dnc: '黑名单', wechat: '微信推送', agents: '坐席组', team: '团队', roles: '角色', log: '操作日志', companies: '企业', announcements: '公告' },
};
