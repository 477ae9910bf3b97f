// What the editor says in Chinese.
export default {
  title: '话术编辑', toScript: '回到话术', toScripts: '回到话术列表', readOnly: '只读', canvas: '流程图。方向键在节点间移动，回车编辑，问号查看全部快捷键', palette: '节点类型', minimap: '缩略图', panels: '面板', zoomIn: '放大', zoomOut: '缩小', fit: '显示全部', arrange: '自动排列',
  undo: '撤销', redo: '重做', up: '上移', down: '下移', add: '添加', addBranch: '添加分支', addCase: '添加取值', removeBranch: '删除分支 {name}', removeNamed: '删除 {name}', byDefault: '默认', noLimit: '不限', notIgnored: '不忽略', empty: '从左侧拖入一个节点，或点击它。',
  refused: '话术还有 {n} 个错误，修改后才能继续。', toProblems: '查看问题',
  insertVariable: '插入变量 {name}', badName: '名称只能用字母、汉字、数字、- 和 _，最多 64 个字符', takenName: '已有同名的“{name}”',
  save: { saved: '已保存 {at}', unsaved: '有未保存的修改', saving: '正在保存', failed: '保存失败', stale: '草稿已被他人修改' },
  stale: {
    title: '草稿已被他人修改', who: '{name} 在 {at} 保存了这份草稿。', somebody: '这份草稿在别处被保存过。', text: '您的修改还没有保存。读取最新草稿会丢掉您的修改；用我的覆盖会丢掉对方的修改。关闭后可以继续查看和复制节点，再次保存时会重新询问。',
    reload: '读取最新草稿', overwrite: '用我的覆盖',
  },
  kind: { say: '播报', ask: '提问', collect: '收集按键', value: '收集信息', condition: '条件判断', jump: '跳转', transfer: '转人工', sms: '短信标记', model: '大模型', hangup: '挂机' },
  kindHelp: {
    say: '说一段话，然后去下一个节点', ask: '说一段话，听对方回答，按分支走', collect: '请对方按键，存入变量', value: '从回答里取出数字、金额、日期等，存入变量', condition: '按变量的值走不同的路', jump: '直接去另一个节点', transfer: '转给分机，或任务的坐席组', sms: '说一段话，并给通话打上短信标记', model: '由大模型在限定的轮次和时间里回答', hangup: '说完后挂机',
  },
  first: { say: '请填写要说的话。', ask: '请问您方便吗？', collect: '请按键选择。', value: '请问大概是多少呢？', transfer: '好的，正在为您转接，请稍等。', sms: '稍后把资料发到您的手机上。', model: '您还有什么想了解的吗？', hangup: '感谢您的接听，再见。' },
  node: { start: '开始', anywhere: '任意位置都能到达：', open: '还没有去向', none: '在流程图上点击一个节点来编辑它。', many: '选中了 {n} 个节点。可以一起拖动、复制（Ctrl+C）或删除。', removeMany: '删除这 {n} 个节点', makeStart: '设为开始节点', remove: '删除节点' },
  field: {
    id: '节点名称', name: '名称', kind: '类型', say: '说的话', again: '再次询问时说的话', next: '下一个节点', jump: '跳转到', to: '去向', branches: '分支', label: '标签', sms: '短信标记', interruptible: '允许打断', prompt: '录音编号', againPrompt: '再次询问的录音编号',
    value: '收集的信息', length: '按键个数', min: '最少', max: '最多', terminator: '结束键', timeout: '等待', into: '存入变量', variable: '变量', cases: '取值', caseValue: '变量的值', else: '其他情况', extension: '分机', campaignGroup: '留空：任务的坐席组', ring: '振铃时长', transferFailed: '无人接听时', instructions: '给大模型的说明', turns: '最多轮次', patience: '最长等待', modelFailed: '出错、超时或轮次用完后',
    visits: '最多进入次数', visitsThen: '超过后去', ignoreUnmatched: '忽略未匹配，去', ignoreNegative: '忽略否定，去',
  },
  help: { again: '需要再问一次时说；不填则重复原来的话。', model: '分支优先；没有匹配的话交给大模型回答。' },
  valueKind: { number: '数字', money: '金额', date: '日期', phone: '电话号码', name: '姓名', text: '原话' },
  way: {
    affirm: '肯定', negate: '否定', refuse: '拒绝', do_not_call: '勿扰', busy: '忙', callback_later: '稍后联系', who_is_calling: '问身份', number_source: '问号码来源', price: '问价格', are_you_robot: '问是否机器人', repeat: '请重复', transfer_to_agent: '要求转人工', wrong_person: '打错了', greet: '问候', goodbye: '再见', hold_on: '稍等',
    digits: '任意按键', value: '得到信息', default: '其他回答', unmatched: '未匹配', silence: '静默', rounds: '轮次用完', next: '下一步', jump: '跳转', else: '其他情况', failed: '失败', visits: '次数用完', ignore_unmatched: '忽略未匹配', ignore_negative: '忽略否定', question: '问答 {id}',
    with: { keyword: '关键词 {value}', regex: '正则 {value}', model: '大模型判断：{value}', digits: '按键 {value}' },
  },
  trigger: { title: '分支条件', value: '条件内容', intents: '意图', words: '按说法', others: '其他', kind: { keyword: '关键词…', regex: '正则表达式…', model: '大模型判断…', digits: '指定按键…' }, hint: { keyword: '词', regex: '如 \\d+点', model: '用话描述对方的意思', digits: '如 1' } },
  panel: { node: '节点', questions: '问答', intents: '意图', grades: '意向', settings: '设置', variables: '变量', voice: '语音', tests: '测试', problems: '问题', talk: '试聊' },
  problems: { count: '{errors} 个错误，{warnings} 个提醒', check: '重新检查', none: '没有发现问题。', failed: '检查没有完成，请稍后重试。', error: '错误', warning: '提醒' },
  find: { placeholder: '查找 Ctrl+F', none: '没有找到', node: '节点', question: '问答', intent: '意图', variable: '变量', settings: '设置' },
  overlay: { title: '在流程图上显示', none: '不显示数据', coverage: '测试覆盖', traffic: '真实通话', calls: '近 {days} 天 {n} 通', covered: '节点 {nodes}，分支 {ways}', hungUp: '在这里挂断的次数' },
  questions: {
    new: '新问答的名称', empty: '还没有问答。对方在任何节点都可能提问，回答后回到原来的话题。', by: '由意图触发', byVariants: '由下面的问法触发', variants: '问法', variantsHelp: '每行一种；也按相近的说法匹配。a&b 表示依次出现。', answer: '回答', then: '回答后去', stay: '留在原来的节点', repeat: '回答后重复原来的问题',
  },
  intents: {
    own: '自定义意图', help: '内置意图不用定义；这里定义话术自己的意图，可用作分支条件。', new: '新意图的名称', empty: '还没有自定义意图。', keywords: '关键词', keywordsHelp: '每行一个，出现在句中任何位置即可；a&b 表示依次出现。', whole: '整句', wholeHelp: '对方只说这句话时才算。',
    anywhere: '任意位置的分支', anywhereHelp: '在所有节点都有效，排在节点自己的分支之后。',
  },
  corrections: { title: '识别纠正', help: '识别结果里出现左边的词时，按右边的理解。', heard: '识别成', meant: '应为' },
  variables: {
    help: '话里写 $(名称)。默认值在联系人没有这一项时使用；name 和 number 总是可用。', new: '新变量的名称', empty: '还没有变量。', default: '默认值', formatLabel: '读法', format: { text: '原样', money: '金额', number: '数字', digits: '逐位', date: '日期', time: '时间', phone: '电话号码', name: '姓名' },
    example: { text: '照原样读', money: '1200.5 读作 一千二百元五角', number: '1200 读作 一千二百', digits: '1200 读作 一二零零', date: '2026-03-05 读作 二零二六年三月五日', time: '14:30 读作 下午两点半', phone: '138… 读作 幺三八…', name: '照姓名读' },
  },
  settings: {
    script: '话术', trade: '行业', language: '语言', start: '开始节点', firstNode: '第一个节点', call: '通话', interruptible: '允许对方打断', longest: '最长通话', greeting: '接通后多久开口', rounds: '最多轮次', roundsThen: '轮次用完后去', hangUp: '挂机', silence: '静默', unmatched: '未匹配', after: '静默多久算一次', max: '连续几次为止', then: '之后去', says: '提醒的话',
    saysHelp: '依次用于第一次、第二次……；用完后重复节点的话。', sayN: '第 {n} 次', endpoint: '断句', endpointHelp: '对方停顿多久算说完。', matched: '已听懂', usual: '一般', open: '等下文', voice: '声音', voiceName: '音色', speed: '语速', background: '背景音', level: '背景音量 dB',
  },
  grades: {
    own: '自定义规则', help: '从上到下，第一条符合的规则决定意向等级；都不符合时用通用规则。一条规则里的条件要同时满足。', add: '添加规则', always: '总是符合', grade: '等级', labels: '有这些标签', without: '没有这些标签', nodes: '经过这些节点', affirmed: '肯定次数', refused: '拒绝次数', questions: '提问次数', interactions: '交互次数', unmatched: '未匹配次数', silences: '静默次数', talk: '通话时长', least: '至少', most: '至多',
    builtin: '通用规则', builtinHelp: '按顺序判断，先看拒绝。',
    rule: { D1: '拒绝三次及以上', D2: '拒绝两次，交互少于五次', D3: '拒绝一次，交互少于三次', A1: '有肯定回答', A2: '提问两次及以上', A3: '交互五次及以上', B1: '提问一次', B2: '交互四次', C1: '交互两到三次', D4: '交互少于两次', E1: '未接通', F1: '多次未接通' },
  },
  voice: {
    help: '每句话可以在浏览器里录音，或上传 wav、mp3；没有录音的由系统合成。带变量的话按固定部分分段录。', stateLabel: '状态', state: { recorded: '已录音', stale: '文字已改', synthesised: '合成' }, refresh: '刷新', empty: '话术里还没有要说的话。', play: '试听：{text}', listen: '试听', record: '录音', recordOf: '录音：{text}', upload: '上传', uploadOf: '上传录音：{text}', stop: '完成',
    kept: '录音已保存', nothingHeard: '没有录到声音', denied: '浏览器没有允许使用麦克风，请在地址栏中允许后重试。', noMicrophone: '找不到可用的麦克风。', cannotPlay: '无法播放这段录音', wrongKind: '请选择 wav 或 mp3 文件', tooLarge: '文件不能超过 20 MB', removeTitle: '删除录音', removeText: '之后这句话由系统合成。', 
  },
  tests: {
    run: '运行测试', conversations: '模拟对话数', simulated: '次模拟对话', empty: '还没有测试用例。写下对方会说的话和期望的走向；提交审核前会全部运行。', newName: '用例', add: '添加用例', passed: '通过', failed: '未通过', someFailed: '{all} 个用例中 {n} 个未通过', allPassed: '{n} 个用例全部通过', nodes: '节点覆盖', branches: '分支覆盖', ends: '结束', grades: '意向',
    says: '对方依次说', saysHelp: '每行一句；也可以写 <silence>、<digits 1>、<interrupted>、<connected>、<failed>、<model 大模型的回答>。', path: '依次经过的节点', never: '不应经过的节点', end: '结束时的节点', grade: '意向等级', any: '不限', labels: '标签', sms: '短信标记',
  },
  talk: { again: '用现在的话术重说', againHelp: '把说过的话对修改后的话术再说一遍', keep: '存为用例', kept: '已存为用例“{name}”', caseName: '试聊', interrupt: '打断', interruptHelp: '打断机器人正在说的话，再说下一句' },
  keys: {
    title: '快捷键', text: '流程图获得焦点时有效；撤销、查找和保存随时有效。', arrows: '去旁边的节点', tab: '下一个、上一个节点', enter: '编辑节点', escape: '取消选择', move: '移动选中的节点', remove: '删除', undo: '撤销', redo: '重做', copy: '复制节点，可粘贴到别的话术', cut: '剪切', paste: '粘贴', all: '全选', box: '框选', add: '加选', find: '查找', save: '保存', zoom: '放大、缩小、显示全部', help: '显示快捷键',
  },
};
