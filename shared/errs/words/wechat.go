package words

// wechat are refusals and reasons about WeChat robots and what they tell.
var wechat = []entry{
	{"there is no such WeChat robot", "没有这个微信机器人，请重新选择", plain},
	{"choose at least one grade", "请至少选择一个意向标签", plain},
	{"%q is no grade", "%q 不是意向标签", plain},
	{"grade %s stands there twice", "意向标签 %s 重复", plain},
	{"must be the address of a webhook that WeCom shows for the robot, or the key in it", "请填写企业微信给出的机器人 Webhook 地址，或其中的 key", plain},
	{"another WeChat robot has this name already", "已有同名的微信机器人，请换一个名称", plain},
	{"a company can have at most %d WeChat robots; delete one first", "每个企业最多 %d 个微信机器人，请先删除不用的", plain},
	{"a campaign that is not finished tells this WeChat robot of its calls (%d); take it out there first", "未完成的任务 %d 正在用这个微信机器人提醒，请先在任务中取消", plain},
	{"who sees numbers masked cannot let a WeChat robot tell them whole, or change one that does", "号码对您隐藏，不能让微信机器人推送完整号码，也不能修改推送完整号码的机器人", plain},
	{"the WeChat robot has just spoken, and may do so 20 times a minute; try again in a few seconds", "该微信机器人刚发过消息（每分钟最多 20 条），请几秒后再试", plain},
	{"the test message was not taken: %s", "测试消息没有送达：%s", nested},
	{"no message to a WeChat robot stands like this", "没有这样的微信推送状态", plain},
	{"WeChat robot %d has nothing to say now", "微信机器人 %d 现在没有要推送的消息", plain},
	{"the push of call %s is in other hands by now", "通话 %s 的微信推送已由其他进程处理", plain},
	{"a push cannot be settled as %s", "微信推送不能变为 %s", plain},

	{"the WeChat robot was deleted", "微信机器人已被删除", plain},
	{"the call was deleted before it was told of", "通话在推送前已被删除", plain},
	{"given up after %d tries: %s", "尝试 %d 次后放弃：%s", nested},
	{"the webhook is not valid (code %d of WeCom); enter the robot's key again", "Webhook 无效（企业微信返回码 %d），请重新填写机器人的 key", plain},
	{"the robot sends too often (code %d of WeCom)", "机器人发送过于频繁（企业微信返回码 %d）", plain},
	{"WeCom is busy (code %d)", "企业微信繁忙（返回码 %d）", plain},
	{"WeCom refused the message (code %d)", "企业微信拒收该消息（返回码 %d）", plain},
	{"the push server cannot be reached", "无法连接推送服务器", plain},
	{"the push server did not answer in time", "推送服务器没有及时响应", plain},
	{"the push server broke its answer off", "推送服务器的响应中断", plain},
	{"the push server answered with status %d", "推送服务器返回状态 %d", plain},
	{"the push server's answer cannot be read", "推送服务器的响应无法识别", plain},
	{"the push server's answer is too long", "推送服务器的响应过长", plain},
	{"the message cannot be written", "消息无法生成", plain},

	{"the setting push.wecom.url must be an address such as %s", "配置项 push.wecom.url 应为地址，如 %s", plain},
	{"the setting push.wecom.url must hold neither user nor query; keys belong to the robots", "配置项 push.wecom.url 不能带用户名和参数；key 由各机器人填写", plain},
	{"the setting push.wecom.url must begin with https: only this machine may be spoken to without", "配置项 push.wecom.url 应以 https 开头，只有本机地址例外", plain},
}
