export default {
  title: '黑名单', create: '新建分组', edit: '编辑分组', created: '分组已创建',
  name: '分组名称', numbers: '号码数', expiry: '有效期', remark: '备注', createdBy: '创建人', createdAt: '创建时间', expiresAt: '到期时间',
  expiresHelp: '到期后，组内号码不再被拦截。留空表示长期有效。', remarkHelp: '例如号码来源、为什么不能呼叫',
  empty: '还没有黑名单分组', emptyText: '黑名单内的号码不会被呼叫：任务取号时过滤一次，发起呼叫前再查一次。先新建一个分组，再添加或导入号码。',
  expired: '已过期', never: '长期有效', until: '{at} 到期', soon: '{n} 天后到期', today: '今天到期',
  delete: { title: '删除黑名单分组', text: '组内 {n} 个号码会一并删除，之后这些号码可以再次被呼叫。此操作不能撤销。', done: '分组已删除' },
  tab: { numbers: '号码', imports: '导入记录' },
  number: {
    number: '号码', remark: '备注', createdAt: '加入时间', search: '号码或号码开头', searchWhole: '完整号码', add: '添加号码', added: '号码已加入黑名单', remove: '移除', removeTitle: '移出黑名单', removeText: '移出后，这个号码可以再次被呼叫。', removed: '已移出黑名单',
    many: '{n} 个号码', removeManyText: '移出后，这些号码可以再次被呼叫。此操作不能撤销。', removePicked: '移除所选', removedMany: '已移出 {n} 个号码',
    empty: '分组里还没有号码', emptyText: '添加单个号码，或导入 Excel、CSV 文件。', help: '手机号、固话（带区号）或 400 号码', import: '导入号码',
  },
  check: {
    open: '查询号码', title: '号码是否在黑名单', number: '号码', run: '查询', listed: '{number} 在黑名单中，不会被呼叫。', free: '{number} 不在黑名单中，可以呼叫。', groups: '所在分组',
    help: '只看未过期的分组。',
  },
  imports: {
    upload: '导入号码文件', text: '把文件拖到这里，或', help: 'xlsx、xls 或 csv，第一列为号码，第二列可写备注；重复的号码会跳过。', templateName: '黑名单模板.csv', emptyText: '每次导入的结果和未成功的行会列在这里。',
  },
};
