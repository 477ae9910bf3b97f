package config

import (
	"net/url"
	"time"

	"github.com/outdial/outdial/shared/errs"
)

// Accounts with speech services and servers. Their keys come from the file or the environment, never from a script.

// OpenAI is a speech server of OpenAI's interface.
type OpenAI struct {
	URL   string `koanf:"url"` // such as http://127.0.0.1:8880/v1
	Key   string `koanf:"key"`
	Model string `koanf:"model"`
	Voice string `koanf:"voice"` // speaks when a script names none
	Rate  int    `koanf:"rate"`  // of the raw samples that the server sends
}

// Aliyun is an account with Aliyun's speech services, for recognition and synthesis.
type Aliyun struct {
	AppKey    string `koanf:"appkey"`
	KeyID     string `koanf:"keyid"`
	KeySecret string `koanf:"keysecret"`
	// Token is used instead of a key, until it ends.
	Token string `koanf:"token"`
	// Region is where speech is served: cn-shanghai, cn-beijing, cn-shenzhen or ap-southeast-1.
	Region string `koanf:"region"`
	// Vocabulary is the id of hot words, Customization that of a trained model.
	Vocabulary    string `koanf:"vocabulary"`
	Customization string `koanf:"customization"`
	Voice         string `koanf:"voice"`
}

// Tencent is an account with Tencent Cloud, for recognition and synthesis.
type Tencent struct {
	AppID     string `koanf:"appid"`
	SecretID  string `koanf:"secretid"`
	SecretKey string `koanf:"secretkey"`
	Region    string `koanf:"region"`
	Engine    string `koanf:"engine"` // of recognition, such as 8k_zh; empty follows from the script's language
	Voice     string `koanf:"voice"`  // the number of a voice, such as 101001
}

// IFlytek is an application at iFlytek, for recognition.
type IFlytek struct {
	AppID  string `koanf:"appid"`
	APIKey string `koanf:"apikey"`
}

// Chat is the chat model that the model nodes of scripts ask.
type Chat struct {
	URL   string `koanf:"url"` // such as http://127.0.0.1:8000/v1; empty means there is none
	Key   string `koanf:"key"`
	Model string `koanf:"model"`
	// FirstSentence bounds the wait for the first sentence where a node says nothing else, Whole that for the whole reply.
	FirstSentence time.Duration `koanf:"firstsentence"`
	Whole         time.Duration `koanf:"whole"`
}

// check looks at what can be checked without asking anybody.
func (d Dialogue) check(k *errs.Check) {
	for name, address := range map[string]string{"dialogue.openai.url": d.OpenAI.URL, "dialogue.chat.url": d.Chat.URL} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		k.Require(err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.RawQuery == "", name,
			"must be http://host:port or https://host, with a path and without user or query; the key is a setting of its own")
	}
	k.Require(d.Chat.URL == "" || d.Chat.Model != "", "dialogue.chat.model", "name the model that dialogue.chat.url is asked for")
	k.Require(d.OpenAI.Rate == 0 || d.OpenAI.Rate >= 8000 && d.OpenAI.Rate <= 48000, "dialogue.openai.rate", "must lie between 8000 and 48000")
	k.Require(d.Chat.FirstSentence >= 0 && d.Chat.FirstSentence <= time.Minute, "dialogue.chat.firstsentence", "must be at most 1m")
	k.Require(d.Chat.Whole >= 0 && d.Chat.Whole <= 5*time.Minute, "dialogue.chat.whole", "must be at most 5m")
}
