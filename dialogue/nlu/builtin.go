package nlu

// The built-in rules are a table: what callees say to a sales or service call, in Mandarin first and in English.
// Weights: an answer that is only a yes or a no gives way to one that says more (好的, 晚点再打给我 is a callback).
var builtin = []Rule{
	{Name: "affirm", Intent: Affirm, Weight: 0.7, Negated: Negate,
		Keywords: []string{"可以", "没问题", "当然", "好的", "好啊", "行啊", "同意", "愿意", "你说", "说吧", "请讲", "在听", "能听到", "听得到",
			"yes", "yeah", "sure", "okay", "ok", "go ahead", "of course", "alright"},
		Whole: []string{"嗯", "嗯嗯", "对", "对对", "对对对", "对的", "是", "是的", "是我", "我是", "我就是", "好", "好的", "好好", "行", "行行", "成", "中", "要", "有", "嗯好", "嗯好的", "嗯可以", "您说", "您讲", "请说", "可以可以", "方便", "能", "uh huh", "yep", "right"}},
	{Name: "acknowledge", Intent: Affirm, Weight: 0.5,
		Whole: []string{"哦", "噢", "喔", "嗷", "哦哦", "知道了", "明白", "明白了", "了解", "了解了", "i see"}},
	{Name: "interest", Intent: Affirm, Weight: 0.85, Negated: Refuse,
		Keywords: []string{"需要", "感兴趣", "有兴趣", "想了解", "想听", "了解一下", "介绍一下", "听一下", "加我微信", "加微信", "加个微信", "发给我", "发我看看", "发我微信", "interested", "tell me more", "i want"}},
	{Name: "convenient", Intent: Affirm, Weight: 0.7, Negated: Busy, Keywords: []string{"方便"}},
	{Name: "negate", Intent: Negate, Weight: 0.7,
		Keywords: []string{"不是的", "不对", "不行", "不成", "不可以", "不同意", "不愿意", "不好"},
		Whole:    []string{"不", "不是", "没有", "没", "不是我", "否", "no", "nope", "nah", "not really"}},
	{Name: "refuse", Intent: Refuse, Negated: Affirm,
		Keywords: []string{"不需要", "不用了", "不用", "不要", "没兴趣", "没有兴趣", "不感兴趣", "不考虑", "不想要", "不想买", "不想听", "不想了解", "不买", "不办", "不做", "不加", "算了", "没需求", "没有需求", "用不着", "用不上", "没这个需要", "已经有了", "挂了",
			"no thank you", "no thanks", "not interested", "dont need", "dont want"}},
	{Name: "do_not_call", Intent: DoNotCall,
		Keywords: []string{"别再打", "不要再打", "不要打了", "别打了", "别打来", "别给我打", "不要给我打", "不要打给我", "不要来电", "骚扰", "投诉", "举报", "拉黑", "老打", "天天打", "stop calling", "do not call", "dont call", "never call", "take me off"}},
	{Name: "busy", Intent: Busy, Weight: 0.9,
		Keywords: []string{"在忙", "正忙", "很忙", "忙着", "比较忙", "有点忙", "太忙", "开会", "开车", "上班", "上课", "在外面", "没空", "没时间", "没有时间", "没有空", "不方便", "有事", "在吃饭", "睡觉", "休息", "在医院", "busy", "in a meeting", "driving", "no time"}},
	{Name: "callback_later", Intent: CallbackLater,
		Keywords: []string{"晚点&打", "晚点&联系", "晚点再说", "等会&打", "等一会&打", "一会&打", "待会&打", "等下&打", "晚上&打", "下午&打", "明天&打", "明天&联系", "改天", "下次再", "过几天", "过两天", "回头再", "回头&打", "再给我打", "再打给我", "再联系", "有空&打", "过会&打", "过一会", "call me back", "call back later", "call later", "call me later", "another time"}},
	{Name: "who_is_calling", Intent: WhoIsCalling, Topic: true,
		Keywords: []string{"你是谁", "您是谁", "你谁", "哪位", "你是哪", "您是哪", "哪里打来", "哪儿打来", "哪打来", "哪个公司", "什么公司", "哪家公司", "哪家", "你们是干什么", "你们是做什么", "你们是谁", "你叫什么", "贵姓", "怎么称呼", "什么单位", "哪个单位", "你哪里", "你那里是哪里", "哪里啊", "who is this", "who are you", "who is calling", "where are you calling from", "which company", "what company"},
		Whole:    []string{"谁", "哪里", "哪儿", "什么事", "who"}},
	{Name: "number_source", Intent: NumberSource, Topic: true,
		Keywords: []string{"怎么知道我", "怎么有我", "哪来我的", "哪里来的&号码", "号码哪来", "电话哪来", "号码哪里来", "号码从哪", "电话从哪", "怎么拿到我", "哪里拿到我", "怎么弄到我", "哪弄到我", "从哪&我的号码", "从哪&我的电话", "从哪里&我的号码", "从哪里&我的电话", "谁给你&号码", "谁给你&电话", "怎么得到我", "泄露", "how did you get my", "where did you get my"}},
	{Name: "price", Intent: Price, Topic: true,
		Keywords: []string{"多少钱", "什么价", "价格", "价钱", "怎么收费", "如何收费", "收费标准", "收费吗", "要收费", "要钱吗", "收钱吗", "费用", "多少费", "贵不贵", "贵吗", "太贵", "报价", "怎么卖", "便宜", "优惠", "免费吗", "利息", "利率", "how much", "price", "charge", "cost", "expensive"}},
	{Name: "are_you_robot", Intent: AreYouRobot, Topic: true,
		Keywords: []string{"机器人", "是真人", "不是人", "不是真人", "人工智能", "智能语音", "是录音", "语音电话", "自动语音", "robot", "real person", "a machine", "a recording"}},
	{Name: "transfer_to_agent", Intent: TransferToAgent,
		Keywords: []string{"转人工", "人工服务", "人工客服", "找人工", "叫人工", "真人跟我", "真人客服", "换个人", "叫你们经理", "找你们经理", "让你们经理", "你们领导", "human agent", "speak to a human", "talk to a person", "real agent", "operator"},
		Whole:    []string{"人工"}},
	{Name: "repeat", Intent: Repeat, Topic: true,
		Keywords: []string{"再说一遍", "再说一次", "再讲一遍", "重复一遍", "重复一下", "没听清", "没听见", "没听到", "没听懂", "听不清", "听不见", "听不到", "没明白", "什么意思", "你说什么", "你说啥", "说的什么", "刚才说", "大声点", "大点声", "say that again", "say again", "repeat", "pardon", "cant hear", "didnt hear", "didnt catch"},
		Whole:    []string{"什么", "啥", "嗯什么", "what", "sorry"}},
	{Name: "wrong_person", Intent: WrongPerson,
		Keywords: []string{"打错了", "打错", "你打错", "找错", "搞错", "认错人", "不认识", "不是本人", "不是他", "不是她", "他不在", "她不在", "本人不在", "没这个人", "没有这个人", "不叫这个", "不姓", "wrong number", "wrong person"}},
	{Name: "goodbye", Intent: Goodbye, Weight: 0.8,
		Keywords: []string{"再见", "拜拜", "先这样", "先挂了", "就这样吧", "goodbye", "bye"}},
	{Name: "hold_on", Intent: HoldOn, Weight: 0.8,
		Keywords: []string{"等一下", "等等", "稍等", "等会儿", "先别说", "你先听我说", "别说了", "打断一下", "hold on", "wait"}},
	{Name: "greet", Intent: Greet, Weight: 0.5,
		Keywords: []string{"你好", "您好", "hello"},
		Whole:    []string{"喂", "喂喂", "喂你好", "喂您好", "哈喽", "hi"}},
}

var backchannels = map[string]bool{}

func init() {
	for _, w := range []string{"嗯", "嗯嗯", "嗯嗯嗯", "对", "对对", "对对对", "对的", "好", "好的", "好好", "好好好", "哦", "哦哦", "噢", "喔", "啊", "唔",
		"是", "是的", "是是", "行", "嗯好", "嗯对", "嗯好的", "哦好的", "ok", "okay", "yeah", "uh huh", "right", "i see", "mm", "mhm"} {
		backchannels[Normalize(w)] = true
	}
}

// Backchannel tells whether a sentence only says that the callee is listening: it never stops the robot, though as an
// answer to a question the same word may be a yes.
func Backchannel(text string) bool {
	t := Normalize(text)
	if t == "" {
		return false
	}
	for t != "" {
		clause := t
		if i := indexByte(t, boundary); i >= 0 {
			clause, t = t[:i], t[i+1:]
		} else {
			t = ""
		}
		if !backchannels[clause] {
			return false
		}
	}
	return true
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}
