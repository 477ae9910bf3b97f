package spoken

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// surnames are those that more than one in a thousand people in China has, and some more.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"

var compound = []string{"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "南宫", "独孤"}

var (
	calledHan     = regexp.MustCompile(`(?:我的?名字叫?是?|姓名是?|名叫|我叫|叫我|大名)(\p{Han}{1,6})`)
	alsoCalled    = regexp.MustCompile(`(?:^|[,，。 ]|姓\p{Han}{1,2})(?:名字)?叫(\p{Han}{2,5})`)
	surnameHan    = regexp.MustCompile(`(?:免贵姓?|我姓|^姓|姓)(\p{Han}{1,3})`)
	iAmHan        = regexp.MustCompile(`(?:我是|这是|我就是)(\p{Han}{2,6})`)
	onlyHan       = regexp.MustCompile(`^[嗯呃啊哦，, ]*(\p{Han}{2,5})[。，, ]*$`)
	calledEnglish = regexp.MustCompile(`(?i:\b(?:my name is|my name's|name is|call me|this is|i am|i'm|it's)\s+)((?i:(?:mr\.?|mrs\.?|ms\.?|miss|dr\.?)\s*)?[\p{L}'-]+(?:\s+[\p{Lu}][\p{L}'-]+){0,2})`)
	onlyEnglish   = regexp.MustCompile(`^\s*(\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+){0,2})[.\s]*$`)
)

var titles = []string{"先生", "女士", "小姐", "老师", "经理", "总"}

// notNames may follow "I am" and name nobody.
var notNames = []string{"not", "fine", "busy", "sorry", "here", "good", "ok", "okay", "driving", "interested", "sure", "in", "at", "on", "the", "a", "an", "just", "very", "too", "speaking", "him", "her", "he", "she", "no", "yes"}

func findName(said string, c Context) (Found, bool) {
	said = strings.TrimSpace(said)
	if c.english() {
		return findEnglishName(said)
	}
	said = strings.ReplaceAll(said, " ", "")
	for _, re := range []*regexp.Regexp{calledHan, alsoCalled} {
		if m := re.FindStringSubmatch(said); m != nil {
			if n := trimName(m[1], true); n != "" {
				return Found{n, true}, true
			}
		}
	}
	if m := surnameHan.FindStringSubmatch(said); m != nil {
		if s := surnameOf(m[1]); s != "" {
			for _, t := range titles {
				if strings.HasPrefix(m[1][len(s):], t) {
					return Found{s + t, true}, true
				}
			}
			return Found{s, true}, true
		}
	}
	if m := iAmHan.FindStringSubmatch(said); m != nil {
		if n := trimName(m[1], false); n != "" {
			return Found{n, true}, true
		}
	}
	if m := onlyHan.FindStringSubmatch(said); m != nil {
		if n := trimName(m[1], false); n != "" && len([]rune(n)) <= 4 {
			return Found{n, false}, true
		}
	}
	return Found{}, false
}

func surnameOf(s string) string {
	for _, c := range compound {
		if strings.HasPrefix(s, c) {
			return c
		}
	}
	if r, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune(surnames, r) {
		return string(r)
	}
	return ""
}

// trimName cuts off what follows a name: 李雷的 is somebody else, 小王就行 is 小王.
func trimName(s string, given bool) string {
	runes := []rune(s)
	for i, r := range runes {
		if i > 0 && strings.ContainsRune("的", r) {
			if !given {
				return "" // 李雷的妈妈 is not 李雷
			}
			runes = runes[:i]
			break
		}
		if i > 0 && strings.ContainsRune("了吧啊呢吗就嘛哦呀,，。行可", r) {
			runes = runes[:i]
			break
		}
	}
	s = string(runes)
	own := surnameOf(s)
	if own == "" {
		nick := strings.HasPrefix(s, "小") || strings.HasPrefix(s, "老") || strings.HasPrefix(s, "阿")
		if given && (nick && len(runes) >= 2 || len(runes) >= 2 && len(runes) <= 4) {
			return string(runes[:min(len(runes), 3)])
		}
		return ""
	}
	rest := s[len(own):]
	for _, t := range titles {
		if strings.HasPrefix(rest, t) {
			return own + t
		}
	}
	if n := len([]rune(rest)); n == 0 || n > 2 {
		if n == 0 && given {
			return own
		}
		return ""
	}
	return s
}

func findEnglishName(said string) (Found, bool) {
	if m := calledEnglish.FindStringSubmatch(said); m != nil {
		name := strings.TrimSpace(m[1])
		if first := strings.ToLower(strings.Fields(name)[0]); !slices.Contains(notNames, strings.Trim(first, ".")) {
			return Found{titled(name), true}, true
		}
	}
	if m := onlyEnglish.FindStringSubmatch(said); m != nil && !slices.Contains(notNames, strings.ToLower(strings.Fields(m[1])[0])) {
		return Found{m[1], false}, true
	}
	return Found{}, false
}

// titled writes each word of a name with a capital; recognisers often write none.
func titled(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}
