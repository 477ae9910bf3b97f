package figures

// Definition says what a figure means, in the words that the console and the documentation show.
type Definition struct {
	Key    string
	NameZh string
	TextZh string
	NameEn string
	TextEn string
}

// Definitions lists every figure of a campaign's live state once.
func Definitions() []Definition {
	return []Definition{
		{"progress", "外呼进度", "已完成的号码数 ÷ 号码总数", "Progress", "finished contacts ÷ contacts"},
		{"answer_rate", "电话接通率", "被叫接听的通话数 ÷ 已结束的外呼通话数", "Answer rate", "calls that the callee answered ÷ calls placed and ended"},
		{"abandon_rate", "呼损率", "被叫接听但无人应答的通话数 ÷ 被叫接听的通话数", "Abandon rate", "calls answered by the callee and met by nobody ÷ calls that the callee answered"},
		{"intent_rate", "意向客户比率", "意向标签为 A 或 B 的号码数 ÷ 已拨打的号码数", "Intent rate", "contacts graded A or B ÷ contacts called"},
		{"intent_of_answered", "接通意向率", "意向标签为 A 或 B 的通话数 ÷ 被叫接听的通话数", "Intent of answered", "calls graded A or B ÷ calls that the callee answered"},
		{"talk_total_ms", "通话总时长", "所有已接听通话从接听到挂断的时长之和", "Total talk time", "time from answer to hang-up, all answered calls together"},
		{"talk_mean_ms", "平均通话时长", "通话总时长 ÷ 被叫接听的通话数", "Mean talk time", "total talk time ÷ calls that the callee answered"},
		{"callee_hangup_rate", "客户挂机率", "由客户先挂断的通话数 ÷ 被叫接听的通话数", "Callee hang-up rate", "answered calls that the callee hung up ÷ calls that the callee answered"},
	}
}
