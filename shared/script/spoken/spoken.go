// Package spoken owns how values sound: amounts, numbers, dates and telephone numbers as they are said in Chinese and
// English, and how they are found again in what somebody said.
//
// It is pure. It knows no variable and no node (shared/script), and does not turn words into sound (dialogue/tts).
package spoken

// Format is how a value is said.
type Format string

const (
	Text   Format = "text"   // as it stands
	Money  Format = "money"  // 1200.5: 一千二百元五角
	Number Format = "number" // 1200: 一千二百
	Digits Format = "digits" // 10010: 一零零一零
	Date   Format = "date"   // 2026-10-01: 十月一日
	Time   Format = "time"   // 15:30: 下午三点三十分
	Phone  Format = "phone"  // 13812345678: 幺三八，幺二三四，五六七八
	Name   Format = "name"   // as it stands, and short
)

// Formats lists all of them.
func Formats() []Format { return []Format{Text, Money, Number, Digits, Date, Time, Phone, Name} }

// Kind is the sort of value that is found in what somebody said.
type Kind string

const (
	KindNumber Kind = "number" // 三万五: 35000
	KindMoney  Kind = "money"  // 一千二百块五: 1200.5
	KindDate   Kind = "date"   // 明天下午三点: 2026-10-02T15:00, and without a time of day 2026-10-02
	KindPhone  Kind = "phone"  // digit by digit, 幺 among them
	KindName   Kind = "name"   // 我叫李雷: 李雷
	KindText   Kind = "text"   // all of it
)

// Kinds lists all of them.
func Kinds() []Kind { return []Kind{KindNumber, KindMoney, KindDate, KindPhone, KindName, KindText} }

// Format is how a value of the kind is said.
func (k Kind) Format() Format { return Format(k) }
