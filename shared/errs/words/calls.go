package words

// calls are refusals about calls, attempts and conversations.
var calls = []entry{
	{"the call has no turn %d", "该通话没有第 %d 轮对话", plain},
	{"there is no recording", "没有录音", plain},
	{"the calls were not added", "通话未添加，请按提示修改", plain},
	{"no call has such a disposition", "没有这种呼叫结果，请重新选择", plain},
	{"no call has such a grade", "没有这种意向等级，请重新选择", plain},
	{"nobody such hangs up", "没有这种挂断方，请重新选择", plain},
	{"give at least %d digits of the number's beginning", "请至少输入号码开头的 %d 位数字", plain},
	{"must be ids of calls", "应为通话的编号", plain},
	{"no call has such an id", "没有这个编号的通话", plain},
	{"no calls were chosen", "没有选择通话", plain},
	{"send either ids or a filter", "请选择通话，或使用筛选条件", plain},
	{"attempt %s is %s and cannot be given back", "外呼 %s 处于 %s 状态，不能退回", nested},
	{"attempt %s is %s and cannot be withheld", "外呼 %s 处于 %s 状态，不能拦截", nested},
	{"attempt %s is finished", "外呼 %s 已结束", plain},
	{"attempt %s is held by %s", "外呼 %s 正由 %s 处理", plain},
	{"call %s cannot %s: campaign, contact or ordinal are not those of its attempt", "通话 %s 的任务、联系人或次序与外呼不符", drops},
	{"call %s cannot %s: its attempt is %s", "通话 %s 无法更新：外呼处于 %[3]s 状态", drops},
	{"call %s ends by FinishCall only", "通话 %s 只能通过结束流程结束", plain},
	{"call %s has no number", "通话 %s 没有号码", plain},
	{"call %s is %s, not %s", "通话 %s 处于 %s 状态，而不是 %s", plain},
	{"call %s has ended already", "通话 %s 已结束", plain},
	{"call %s is finished in state %s instead of ended", "通话 %s 结束时处于 %s 状态", plain},
	{"call %s has a turn %d already", "通话 %s 已有第 %d 轮对话", plain},
	{"the conversation of call %s was stored already", "通话 %s 的对话已保存", plain},
}
