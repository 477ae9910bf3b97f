package scripttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// Finding is one sentence of a report. Reports are stored, and read by people of several languages: what is kept is a code and
// what stands in the sentence, and whoever shows it says it in the reader's language (Said). A report that is older than the
// codes has English sentences, which are kept as they are.
type Finding struct {
	Code string
	Args []any // strings and int64s, in the order of the format
	text string
}

// formats are the sentences of the codes. A code that was stored once stays what it is; its sentence may be put better.
var formats = func() map[string]string {
	out := map[string]string{}
	for _, f := range []struct {
		code   string
		format string
	}{
		{"line_unreadable", "line %d of says cannot be read: %s"},
		{"ended_early", "the talk ended at %s (%s) before line %d was said: %s"},
		{"model_not_asked", "the model was not asked at %s in line %d, so the talk goes its failed way; state its answer in the line after it: <model ...>"},
		{"model_not_due", "line %d states an answer of the model, but no model is asked at %s"},
		{"model_chooses", "line %d states an answer of the model at %s, which can only choose among: %s"},
		{"path_misses", "the path does not come to %s; it is %s"},
		{"path_crosses", "the path comes to %s; it is %s"},
		{"label_missing", "the label %s is missing; there are: %s"},
		{"sms_missing", "the SMS %s is missing; there are: %s"},
		{"grade_differs", "the grade is %s instead of %s"},
		{"goes_on", "the talk goes on at %s instead of ending at %s"},
		{"ends_elsewhere", "the talk ends at %s instead of %s"},
		{"node_unreached", "node %s was not reached in %d conversations"},
		{"way_untaken", "%s was not taken in %d conversations"},
		{"limit_silence", "%d of %d conversations were ended by the limit of silences"},
		{"limit_unmatched", "%d of %d conversations were ended by the limit of unmatched sentences"},
		{"limit_loop", "%d of %d conversations ran in a circle"},
		{"limit_rounds", "%d of %d conversations were ended by the limit of rounds"},
		{"limit_longest", "%d of %d conversations reached the longest call"},
		{"dead_end", "a dead end: a limit ended %d of the %d conversations that listened at node %s"},
	} {
		out[f.code] = f.format
	}
	return out
}()

// finding makes one; whole numbers become int64 and words strings, as they are read back.
func finding(code string, args ...any) Finding {
	f := Finding{Code: code, Args: make([]any, len(args))}
	for i, a := range args {
		if n, ok := a.(int); ok {
			f.Args[i] = int64(n)
		} else {
			f.Args[i] = fmt.Sprint(a)
		}
	}
	return f
}

// Said is what the sentence is made of; it is empty for a sentence of an old report and for a code that is not known here.
func (f Finding) Said() errs.Said {
	format, ok := formats[f.Code]
	if !ok || !fits(format, f.Args) {
		return errs.Said{}
	}
	return errs.Said{Format: format, Args: f.Args}
}

// fits tells whether each value is what its place in the format takes.
func fits(format string, args []any) bool {
	for _, a := range args {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			return false
		}
		if _, number := a.(int64); number != (format[at+1] == 'd') {
			return false
		}
		format = format[at+2:]
	}
	return !strings.Contains(format, "%")
}

// String is the sentence in English.
func (f Finding) String() string {
	if said := f.Said(); said.Format != "" {
		return fmt.Sprintf(said.Format, said.Args...)
	}
	if f.text != "" {
		return f.text
	}
	return f.Code
}

type findingJSON struct {
	Code string `json:"code"`
	Args []any  `json:"args"`
	Text string `json:"text"`
}

// MarshalJSON adds the English sentence, for programs that know no codes.
func (f Finding) MarshalJSON() ([]byte, error) {
	return json.Marshal(findingJSON{f.Code, listed(f.Args), f.String()})
}

// UnmarshalJSON also reads the sentences of old reports.
func (f *Finding) UnmarshalJSON(raw []byte) error {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 && raw[0] == '"' {
		*f = Finding{}
		return json.Unmarshal(raw, &f.text)
	}
	var in findingJSON
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&in); err != nil {
		return err
	}
	*f = Finding{Code: in.Code, Args: in.Args, text: in.Text}
	for i, a := range f.Args {
		if n, ok := a.(json.Number); ok {
			whole, err := n.Int64()
			if err != nil {
				return fmt.Errorf("a finding holds the number %s, which is not whole", n)
			}
			f.Args[i] = whole
		}
	}
	return nil
}
