// Package config owns the settings of every role: their names, defaults and checks. A setting comes from the defaults,
// then the YAML file, then the environment (OUTDIAL_SWITCH_PASSWORD is switch.password); the later wins.
package config

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/outdial/outdial/shared/errs"
)

// EnvPrefix begins the name of every environment variable that is a setting.
const EnvPrefix = "OUTDIAL_"

// Config is everything that can be set.
type Config struct {
	// Data is the folder for the embedded database, uploads and recordings.
	Data string `koanf:"data"`
	// Database is sqlite:///path or mysql://user:password@host:port/name; empty means SQLite in Data.
	Database string `koanf:"database"`
	// Redis is host:port; empty means a Redis inside this process, which only `all` and `demo` can do.
	Redis string `koanf:"redis"`
	// RedisListen is where the Redis inside this process listens; the port 0 picks a free one.
	RedisListen string `koanf:"redislisten"`
	// Recordings is the folder of whole-call and utterance audio; empty means Data/recordings.
	Recordings string    `koanf:"recordings"`
	Log        Log       `koanf:"log"`
	Admin      Admin     `koanf:"admin"`
	Switch     Switch    `koanf:"switch"`
	Dialer     Dialer    `koanf:"dialer"`
	Dialogue   Dialogue  `koanf:"dialogue"`
	Carrier    Carrier   `koanf:"carrier"`
	Push       Push      `koanf:"push"`
	Retention  Retention `koanf:"retention"`
}

// Log says how loud the log is.
type Log struct {
	Level  string `koanf:"level"`  // debug, info, warn, error
	Format string `koanf:"format"` // text, json
}

// Admin is the API and the console.
type Admin struct {
	Listen string `koanf:"listen"`
	// TLS says that browsers reach the console over TLS, which a proxy in front of it ends: cookies are then sent over TLS only.
	TLS bool `koanf:"tls"`
	// TrustedProxies are addresses and networks of the proxies in front of the console: what they say of who asked, and whether over
	// TLS, is believed. Proxies reads them.
	TrustedProxies []string `koanf:"trustedproxies"`
}

// Switch is the telephone switch: the embedded one's own settings, and how the dialer reaches whichever there is.
type Switch struct {
	Embedded bool   `koanf:"embedded"` // `all` starts the embedded switch
	ESL      string `koanf:"esl"`
	Password string `koanf:"password"`
	// Recordings is the recordings folder as the switch sees it; empty means the same path.
	Recordings   string        `koanf:"recordings"`
	Carriers     string        `koanf:"carriers"`
	Extensions   string        `koanf:"extensions"`
	RTP          Ports         `koanf:"rtp"`
	MediaTimeout time.Duration `koanf:"mediatimeout"`
	// SessionsPerSecond and MaxSessions bound the embedded switch, as the settings of the same names do FreeSWITCH.
	SessionsPerSecond int `koanf:"sessionspersecond"`
	MaxSessions       int `koanf:"maxsessions"`
	// Users are the softphones that may register: name to password.
	Users map[string]string `koanf:"users"`
}

// Ports is a range of UDP ports for media.
type Ports struct {
	Host string `koanf:"host"`
	Min  int    `koanf:"min"`
	Max  int    `koanf:"max"`
}

// Dialer places calls.
type Dialer struct {
	// Name is this dialer's own among all dialers on one database: what it holds after a crash it takes back by name.
	Name  string        `koanf:"name"`
	Lease time.Duration `koanf:"lease"`
	// LongestCall bounds every call.
	LongestCall time.Duration `koanf:"longestcall"`
}

// Dialogue runs robots.
type Dialogue struct {
	SIP      string `koanf:"sip"`
	RTP      Ports  `koanf:"rtp"`
	Capacity int    `koanf:"capacity"`
	// Recogniser is one or more of phrase, vosk:ws://host:2700, funasr:ws://host:10095, sherpa:ws://host:6006, aliyun,
	// tencent and iflytek, with commas between them; the next one serves when one fails.
	Recogniser string `koanf:"recogniser"`
	// Synthesiser is one or more of espeak, openai, aliyun and tencent, with commas between them; the next one speaks when
	// one fails.
	Synthesiser string `koanf:"synthesiser"`
	// VAD is energy, or silero:/path/to/model.onnx in a binary that was built with it; OnnxRuntime is the library that it needs.
	VAD         string `koanf:"vad"`
	OnnxRuntime string `koanf:"onnxruntime"`
	// Talk is where the API brings talks in the browser, TalkSecret what it must know. Without a secret only a process that
	// runs all roles takes them.
	Talk       string `koanf:"talk"`
	TalkSecret string `koanf:"talksecret"`
	// Tones names the country whose tones networks play before the answer: cn, eu or na.
	Tones string `koanf:"tones"`
	// Prompts is a folder of recorded prompts that goes before the shipped ones.
	Prompts string  `koanf:"prompts"`
	OpenAI  OpenAI  `koanf:"openai"`
	Aliyun  Aliyun  `koanf:"aliyun"`
	Tencent Tencent `koanf:"tencent"`
	IFlytek IFlytek `koanf:"iflytek"`
	Chat    Chat    `koanf:"chat"`
}

// Carrier is the carrier simulator.
type Carrier struct {
	Enabled bool    `koanf:"enabled"` // `all` starts it
	Listen  string  `koanf:"listen"`
	RTP     Ports   `koanf:"rtp"`
	Seed    int64   `koanf:"seed"`
	Speed   float64 `koanf:"speed"` // 2 rings twice as fast; what is said keeps its speed
}

// Push is where messages about calls go.
type Push struct {
	WeCom WeCom `koanf:"wecom"`
}

// WeCom is where the webhooks of WeChat robots are; anything but WeCom itself is a gateway that passes them on.
type WeCom struct {
	URL string `koanf:"url"`
}

// Default is what runs with nothing installed.
func Default() Config {
	return Config{
		Data:        "data",
		RedisListen: "127.0.0.1:0",
		Log:         Log{Level: "info", Format: "text"},
		Admin:       Admin{Listen: "127.0.0.1:8080"},
		Switch: Switch{
			Embedded: true, ESL: "127.0.0.1:8021", Carriers: "127.0.0.1:5080", Extensions: "127.0.0.1:5060",
			RTP: Ports{"127.0.0.1", 16384, 32766}, MediaTimeout: 10 * time.Second,
			SessionsPerSecond: 1000, MaxSessions: 5000,
		},
		Dialer:    Dialer{Name: "dialer-1", Lease: 20 * time.Second, LongestCall: 30 * time.Minute},
		Dialogue:  Dialogue{SIP: "127.0.0.1:5090", RTP: Ports{"127.0.0.1", 33000, 36998}, Capacity: 500, Tones: "cn", Recogniser: "phrase", VAD: "energy", Talk: "127.0.0.1:0", Synthesiser: "espeak"},
		Carrier:   Carrier{Enabled: true, Listen: "127.0.0.1:5070", RTP: Ports{"127.0.0.1", 37000, 40998}, Seed: 1, Speed: 1},
		Push:      Push{WeCom: WeCom{URL: "https://qyapi.weixin.qq.com"}},
		Retention: Retention{Operations: 400 * Day, Notifications: 90 * Day, Unmatched: 180 * Day},
	}
}

// Load reads the settings. The file may be empty, which means none.
func Load(path string, environ []string) (Config, error) {
	c := Default()
	k := koanf.New(".")
	if path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return c, errs.Wrap(errs.Invalid, err, "configuration file %s cannot be read", path)
		}
		if err := refuseUnknown(k.Keys(), path); err != nil {
			return c, err
		}
	}
	fromEnv := env.Provider(".", env.Opt{
		Prefix: EnvPrefix,
		TransformFunc: func(name, value string) (string, any) {
			name = strings.ToLower(strings.TrimPrefix(name, EnvPrefix))
			if strings.HasPrefix(name, "test_") {
				return "", nil // the test suites' own
			}
			return strings.ReplaceAll(name, "_", "."), value
		},
		EnvironFunc: func() []string { return environ },
	})
	if err := k.Load(fromEnv, nil); err != nil {
		return c, errs.Wrap(errs.Invalid, err, "settings in the environment cannot be read")
	}
	if err := k.Unmarshal("", &c); err != nil {
		return c, errs.New(errs.Invalid, "a setting has the wrong type: %s", oneLine(err))
	}
	return c, c.Validate()
}

// Validate checks what can be checked without opening anything.
func (c Config) Validate() error {
	var k errs.Check
	k.Require(c.Data != "", "data", "name a folder")
	for path, a := range map[string]string{"admin.listen": c.Admin.Listen, "switch.esl": c.Switch.ESL, "switch.carriers": c.Switch.Carriers,
		"switch.extensions": c.Switch.Extensions, "dialogue.sip": c.Dialogue.SIP, "dialogue.talk": c.Dialogue.Talk, "carrier.listen": c.Carrier.Listen} {
		_, _, err := net.SplitHostPort(a)
		k.Require(err == nil, path, "must be host:port, not %q", a)
	}
	for path, p := range map[string]Ports{"switch.rtp": c.Switch.RTP, "dialogue.rtp": c.Dialogue.RTP, "carrier.rtp": c.Carrier.RTP} {
		k.Require(net.ParseIP(p.Host) != nil, path+".host", "must be an IP address, not %q", p.Host)
		k.Require(p.Min >= 0 && p.Max <= 65535 && p.Min <= p.Max, path, "must be a range of ports, such as 33000 to 36998")
	}
	c.Admin.proxies(&k)
	c.Retention.check(&k)
	k.Require(slices.Contains([]string{"cn", "eu", "na"}, c.Dialogue.Tones), "dialogue.tones", "must be cn, eu or na")
	k.Require(c.Dialogue.Capacity >= 1, "dialogue.capacity", "must be at least 1")
	c.Dialogue.check(&k)
	k.Require(c.Dialer.Name != "" && len(c.Dialer.Name) <= 60, "dialer.name", "must have 1 to 60 bytes")
	k.Require(c.Dialer.Lease >= 2*time.Second, "dialer.lease", "must be at least 2s")
	k.Require(c.Dialer.LongestCall >= 10*time.Second, "dialer.longestcall", "must be at least 10s")
	k.Require(c.Switch.MediaTimeout >= time.Second, "switch.mediatimeout", "must be at least 1s")
	k.Require(c.Switch.SessionsPerSecond >= 1, "switch.sessionspersecond", "must be at least 1")
	k.Require(c.Switch.MaxSessions >= 2, "switch.maxsessions", "must be at least 2: a robot call has two legs")
	k.Require(c.Carrier.Speed > 0, "carrier.speed", "must be above 0")
	return k.Err("configuration")
}

// DatabaseDSN is the database in use.
func (c Config) DatabaseDSN() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite://" + filepath.ToSlash(abs(filepath.Join(c.Data, "outdial.db")))
}

// RecordingsDir is where audio lies, as this process sees it.
func (c Config) RecordingsDir() string {
	if c.Recordings != "" {
		return abs(c.Recordings)
	}
	return abs(filepath.Join(c.Data, "recordings"))
}

// SwitchRecordingsDir is the same folder as the switch sees it.
func (c Config) SwitchRecordingsDir() string {
	if c.Switch.Recordings != "" {
		return c.Switch.Recordings
	}
	return c.RecordingsDir()
}

// UploadsDir is where uploads wait for the worker.
func (c Config) UploadsDir() string { return abs(filepath.Join(c.Data, "uploads")) }

func abs(path string) string {
	if p, err := filepath.Abs(path); err == nil {
		return p
	}
	return path
}

// MakeFolders creates the folders that every role may write to.
func (c Config) MakeFolders() error {
	for _, dir := range []string{abs(c.Data), c.RecordingsDir(), c.UploadsDir()} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return errs.Wrap(errs.Unavailable, err, "folder %s cannot be made; choose another with --data", dir)
		}
	}
	return nil
}
