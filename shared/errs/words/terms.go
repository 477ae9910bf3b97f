package words

// terms are the names of things, states and actions that stand in sentences as values.
var terms = map[string]string{
	"account": "账号", "agent group": "坐席组", "alarm": "告警", "alarm of campaign": "任务的告警，任务", "announcement": "公告", "attempt": "外呼", "ban": "封禁",
	"call": "通话", "CDR of call": "通话的话单，通话", "campaign": "任务", "company": "企业", "contact": "联系人", "conversation": "对话",
	"conversation of call": "通话的对话，通话", "export": "导出", "filter": "筛选条件", "group": "黑名单分组", "import": "导入", "listening": "监听", "listening of member": "成员的监听，成员", "member": "成员",
	"notification": "通知", "notification of announcement": "公告的通知，公告", "number": "号码", "operation": "操作记录", "request": "提交的内容",
	"role": "角色", "template": "话术模板", "draft of script": "话术草稿，话术", "recording": "录音", "workbook": "表格", "script": "话术", "the script": "话术", "script version": "话术版本", "version of script": "话术的版本，话术", "session": "登录",
	"tenant": "企业", "trunk": "线路", "WeChat robot": "微信机器人", "push of call": "通话的微信推送，通话", "turn": "对话轮次", "unit": "组织", "user": "成员",

	"not_started": "未启动", "scheduling": "等待定时启动", "running": "进行中", "paused": "已暂停", "finished": "已完成",
	"queued": "排队中", "failed": "失败",
	"start": "启动", "pause": "暂停", "resume": "继续", "terminate": "终止", "complete": "结束",
}
