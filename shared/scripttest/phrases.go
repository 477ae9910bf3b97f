package scripttest

import (
	"strings"

	"github.com/outdial/outdial/shared/nlu"
)

// phrases are what callees say, by the intent that they mean; under nlu.Other what no script foresees.
type phrases map[nlu.Intent][]string

// phrasesOf are those of a language: Mandarin unless it is English.
func phrasesOf(language string) phrases {
	if strings.HasPrefix(strings.ToLower(language), "en") {
		return english
	}
	return mandarin
}

var mandarin = phrases{
	nlu.Affirm:          {"可以", "好的", "嗯好", "行啊", "可以啊，你说吧", "有兴趣，你介绍一下", "那你说说看", "对，是的", "没问题", "我想了解一下"},
	nlu.Negate:          {"不是", "没有", "不行", "不对", "不，不可以", "没有啊"},
	nlu.Refuse:          {"不需要，谢谢", "没兴趣", "不用了", "我不感兴趣", "暂时不考虑", "算了吧", "不要不要", "我已经有了，不用了"},
	nlu.DoNotCall:       {"别再打了", "你们不要再打了行不行", "再打我就投诉了", "老打电话，烦死了"},
	nlu.Busy:            {"我在开会", "现在没空", "我在开车呢", "正忙着呢", "不方便说话", "在上班"},
	nlu.CallbackLater:   {"你晚点再打吧", "下午再打给我", "改天吧", "过一会再联系", "等我有空你再打过来"},
	nlu.WhoIsCalling:    {"你是谁啊", "你们是哪个公司的", "哪位", "你哪里的"},
	nlu.NumberSource:    {"你怎么知道我电话的", "你怎么有我号码的", "谁给你我的号码的"},
	nlu.Price:           {"多少钱啊", "怎么收费的", "要收费吗", "贵不贵", "有没有优惠"},
	nlu.AreYouRobot:     {"你是机器人吧", "你是真人吗", "这是录音吧"},
	nlu.Repeat:          {"你说什么", "没听清，再说一遍", "什么意思啊", "听不清楚"},
	nlu.TransferToAgent: {"转人工", "我要找人工客服", "让你们经理来跟我说"},
	nlu.WrongPerson:     {"你打错了", "没有这个人", "你找错人了"},
	nlu.Greet:           {"喂", "喂，你好", "你好"},
	nlu.Goodbye:         {"再见", "先这样，拜拜"},
	nlu.HoldOn:          {"等一下", "你稍等", "等等啊"},
	nlu.Other: {"今天早上出太阳怎么突然下雨", "孩子他妈你把那个门关上", "我跟你讲我们小区昨天停水停了一整天", "那个就是上回说的那件事后来怎么样", "这个得问问我老婆她管这些",
		"嗯这个嘛怎么说呢", "昨天隔壁老王也接到一个", "我看看啊手机信号断断续续的", "三楼的快递放门口", "你声音有点像我一个同学"},
}

var english = phrases{
	nlu.Affirm:          {"yes", "sure", "okay, go ahead", "of course", "yeah, tell me more", "i am interested"},
	nlu.Negate:          {"no", "not really", "nope"},
	nlu.Refuse:          {"no thanks", "i am not interested", "i dont need that", "no thank you"},
	nlu.DoNotCall:       {"stop calling me", "do not call me again", "take me off your list"},
	nlu.Busy:            {"i am busy", "i am in a meeting", "i am driving right now", "i have no time"},
	nlu.CallbackLater:   {"call me back tomorrow", "call me later", "another time please"},
	nlu.WhoIsCalling:    {"who is this", "which company are you from", "who are you"},
	nlu.NumberSource:    {"how did you get my number", "where did you get my number"},
	nlu.Price:           {"how much is it", "what does it cost", "what is the price"},
	nlu.AreYouRobot:     {"are you a robot", "is this a recording", "am i talking to a real person"},
	nlu.Repeat:          {"say that again", "pardon", "i didnt catch that", "what"},
	nlu.TransferToAgent: {"let me speak to a human", "human agent please", "operator"},
	nlu.WrongPerson:     {"wrong number", "you have the wrong person"},
	nlu.Greet:           {"hello", "hi"},
	nlu.Goodbye:         {"goodbye", "bye"},
	nlu.HoldOn:          {"hold on", "wait"},
	nlu.Other:           {"the dog is at the door again", "my neighbour said something about the weather", "so anyway the garden looks great", "put it on the table please", "it is the second time this week"},
}

// frames put a keyword into a sentence.
func framesOf(language string) []string {
	if strings.HasPrefix(strings.ToLower(language), "en") {
		return []string{"%", "well %", "so %"}
	}
	return []string{"%", "%", "那个%", "%啊", "就是说%吧"}
}
