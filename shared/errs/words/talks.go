package words

// talks are what talking to a script in the browser refuses.
var talks = []entry{
	{"too many talks are waiting to begin; try again in a minute", "等待开始的语音测试过多，请一分钟后再试", plain},
	{"this talk has begun already, or waited too long; ask for another", "这次语音测试已经开始或已过期，请重新发起", plain},
	{"no robots take talks in the browser; start a dialogue process, and give it and this one the same dialogue.talksecret", "没有可用于网页语音测试的机器人：请启动 dialogue 进程，并与本进程配置相同的 dialogue.talksecret", plain},
}
