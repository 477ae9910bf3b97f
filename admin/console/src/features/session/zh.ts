export default {
  signIn: '登录', account: '账号', password: '密码',
  accountHelp: '账号，或 工号{at}企业编码，或绑定的手机号',
  tagline: '自动外呼平台',
  first: { title: '设置新密码', text: '这是首次登录。请换成只有您知道的密码，然后继续。', current: '当前密码', new: '新密码', again: '再输一次新密码', differ: '两次输入不一致', save: '保存并继续' },
};
