package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/audio"
)

// voices are those the nets learn from. None of them speaks in a set by which they are judged.
var voices = strings.Fields(`+f1 +f3 +m1 +m2 +m4 +linda +edward +adam +Alex +Alicia +Andy +anika +antonio +belinda +benjamin
	+boris +david +ed +grandma +grandpa +Hugo +Lee +Marco +max +michel +miguel +pablo +paul +quincy +rob +robert +sandro +shelby +steph
	+travis +victor +zac +klatt +klatt3 +Jacky +john +pedro
	+klatt5 +edward2 +Gene2 +Henrique +Diogo +gustave +iven +iven3 +Storm +RicishayMax2 +UniRobot +AnxiousAndy +announcer +robosoft +robosoft5 +croak
	+anikaRobot +steph2 +Mike`)

// trial are the voices that the nets are tried on and the session's limits chosen by (develop.go). They learn from none of them.
var trial = strings.Fields(`+m6 +aunty +Mario +Annie +caleb +Gene +Michael +norbert +Denis +steph3 +klatt4 +klatt6 +f5 +Nguyen +marcelo +robosoft3`)

// murmurs are the backchannels.
var murmurs = strings.Fields(`嗯 对 好 哦 噢 喔 啊 唔 是 行 嗯嗯 对对 对的 好的 好好 哦哦 是的 是是 行行 嗯好 嗯对 哦好 嗯是 嗯行 哦对 啊对 行好 好行 对是
	好的 好的 是的 是的 嗯嗯 对对 嗯对 好好 嗯对 对对 嗯好 哦哦 对的 行行 对对对 好好好 嗯嗯嗯 嗯好的 哦好的 是是是 行行行 嗯是的 嗯对对 对对的`)

// heads are the first words of what people say when they mean to speak, each followed by anything.
var heads = strings.Fields(`我 你 你们 不 不是 不用 不要 别 等等 等下 多少 什么 怎么 哪里 哪个 谁 为什么 没有 没空 先 这个 那 那你 可是 但是 请问 喂 停 算了 够了 听我说 打住
	慢着 我想 我要 能不能 可不可以 有没有 是不是 对不起 不好意思 好像 好多 行不行 对了 好了 行了 是这样 现在 今天 刚才 麻烦 老板 大概 几点 贵 太 再 还有 如果 因为
	为啥 干嘛 啥 咋 到底 要 在 已经 他 她 家里 一个 帮我 给我 问 说 讲 钱 利息 电话 号码 公司 烦 骗子 不行 不对 没 没兴趣 不需要 你别 你先 你说 我说 我在 我没 我不 我现在 想 知道 明白`)

// on are what people go on with after a backchannel.
var on = strings.Fields(`但是我想问一下 我知道了你别说了 那多少钱 不过我没时间 我先问一下 你等一下 可是太贵了 那你们是哪家 我现在有事 不用再打了 就这样吧 那什么时候 怎么办理 谢谢再见 我没兴趣
	这个我不要 你们公司在哪里 等我回电话 能便宜吗 先这样 有个问题 以后再说 你听我讲`)

// take is one thing that one voice says.
type take struct {
	Voice, Text, More string // More follows Text after Gap samples
	Gap               int
	Trial, Murmur     bool
	Pitch, Speed      int
	PCM               []int16
	First             int // samples of PCM that may still be a backchannel
}

// plan lists what is spoken.
func plan(all []string, r *rand.Rand) []take {
	var out []take
	add := func(voices []string, trial bool) {
		sentences := part(all, trial)
		for _, v := range voices {
			for _, text := range murmurs {
				for range 3 {
					out = append(out, take{Voice: v, Trial: trial, Text: text, Murmur: true, Pitch: 30 + r.IntN(45), Speed: 85 + r.IntN(160)})
				}
			}
			for _, h := range heads {
				out = append(out, take{Voice: v, Trial: trial, Text: h + sentences[r.IntN(len(sentences))], Pitch: 30 + r.IntN(45), Speed: 160 + r.IntN(100)})
			}
			for range 90 {
				out = append(out, take{Voice: v, Trial: trial, Text: sentences[r.IntN(len(sentences))], Pitch: 30 + r.IntN(45), Speed: 150 + r.IntN(110)})
			}
			for range 25 {
				t := take{Voice: v, Trial: trial, Text: murmurs[r.IntN(len(murmurs))], More: on[r.IntN(len(on))], Pitch: 30 + r.IntN(45), Speed: 160 + r.IntN(90)}
				if r.IntN(3) > 0 {
					t.Gap = r.IntN(audio.Rate * 16 / 100)
				}
				out = append(out, t)
			}
		}
	}
	add(voices, false)
	add(trial, true)
	return out
}

// part gives the sentences that are learnt from, or the tenth of them that is kept for trials.
func part(all []string, trial bool) (out []string) {
	for i, s := range all {
		if i%10 == 0 == trial {
			out = append(out, s)
		}
	}
	return out
}

func readSentences(path string) ([]string, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(file)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: it holds no sentence", path)
	}
	return out, nil
}

func (t *take) speak() error {
	pcm, err := espeak(t.Voice, t.Text, t.Pitch, t.Speed)
	if err != nil {
		return err
	}
	t.PCM, t.First = pcm, len(pcm)
	if t.More != "" {
		rest, err := espeak(t.Voice, t.More, t.Pitch, t.Speed)
		if err != nil {
			return err
		}
		t.PCM = append(append(pcm, make([]int16, t.Gap)...), rest...)
		return nil
	}
	if !t.Murmur {
		text := []rune(strings.ReplaceAll(t.Text, " ", ""))
		t.First = len(pcm) * beginning(text) / len(text)
	}
	return nil
}

// beginning is how many characters of a sentence are a backchannel.
func beginning(text []rune) int {
	n := 0
	for _, m := range murmurs {
		if c := utf8.RuneCountInString(m); c > n && c < len(text) && string(text[:c]) == m {
			n = c
		}
	}
	return n
}

func espeak(voice, text string, pitch, speed int) ([]int16, error) {
	cmd := exec.Command("espeak-ng", "-v", "cmn-latn-pinyin"+voice, "-p", strconv.Itoa(pitch), "-s", strconv.Itoa(speed), "-a", "70", "--stdout", text)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("espeak-ng: %w: %s", err, complaint.String())
	}
	const head, rate = 44, 22050
	if len(out) < head || binary.LittleEndian.Uint32(out[24:]) != rate {
		return nil, fmt.Errorf("espeak-ng: the voice %s does not speak at %d Hz", voice, rate)
	}
	raw := out[head:]
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return cut(audio.Resample(pcm, rate, audio.Rate)), nil
}

// cut takes away the silence around speech.
func cut(pcm []int16) []int16 {
	var top int16
	for _, v := range pcm {
		top = max(top, v, -v)
	}
	quiet := max(60, top/80)
	for len(pcm) > 0 && pcm[0] < quiet && pcm[0] > -quiet {
		pcm = pcm[1:]
	}
	for len(pcm) > 0 && pcm[len(pcm)-1] < quiet && pcm[len(pcm)-1] > -quiet {
		pcm = pcm[:len(pcm)-1]
	}
	return pcm
}
