package export

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

var update = flag.Bool("update", false, "write the golden files again")

var t0 = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// shelf is a store of one campaign whose calls stand in a slice, newest first.
type shelf struct {
	calls  []call.Call
	people map[contact.ID]contact.Contact
	said   map[call.UUID][]transcript.Turn
	labels map[call.UUID][]string
}

func (s *shelf) Campaign(_ context.Context, _ tenant.Scope, id campaign.ID) (campaign.Campaign, error) {
	if id != 1 {
		return campaign.Campaign{}, errs.Missing("campaign", id)
	}
	return campaign.Campaign{ID: 1, Name: "三月/回访"}, nil
}

func (s *shelf) Calls(_ context.Context, _ tenant.Scope, _ contact.CampaignID, f call.Filter, p call.Page) ([]call.Call, error) {
	var out []call.Call
	for _, c := range s.calls {
		if f.Accepts(c) && (p.Before == "" || c.UUID < p.Before) && len(out) < p.Limit {
			out = append(out, c)
		}
	}
	return out, nil
}

func (s *shelf) CallsByID(_ context.Context, _ tenant.Scope, _ contact.CampaignID, ids []call.UUID) ([]call.Call, error) {
	var out []call.Call
	for _, c := range s.calls {
		if slices.Contains(ids, c.UUID) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (s *shelf) CountCalls(_ context.Context, _ tenant.Scope, _ contact.CampaignID, f call.Filter, most int) (int, error) {
	n := 0
	for _, c := range s.calls {
		if f.Accepts(c) {
			n++
		}
	}
	return min(n, most), nil
}

func (s *shelf) ContactsByID(context.Context, tenant.Scope, []contact.ID) (map[contact.ID]contact.Contact, error) {
	return s.people, nil
}

func (s *shelf) TurnsOf(context.Context, tenant.Scope, []call.UUID) (map[call.UUID][]transcript.Turn, error) {
	return s.said, nil
}

func (s *shelf) LabelsOf(context.Context, tenant.Scope, []call.UUID) (map[call.UUID][]string, error) {
	return s.labels, nil
}

func (s *shelf) Pushes(_ context.Context, _ tenant.Scope, ids []call.UUID) (map[call.UUID]push.Push, error) {
	out := map[call.UUID]push.Push{}
	for _, id := range ids {
		out[id] = push.Push{Call: id, State: push.Failed, Reason: "the webhook is not valid (code 93000 of WeCom); enter the robot's key again"}
	}
	return out, nil
}

func (s *shelf) Trunks(context.Context, tenant.Scope) ([]trunk.Trunk, error) {
	return []trunk.Trunk{{ID: 1, Name: "线路一"}}, nil
}

func (s *shelf) VersionLabels(_ context.Context, _ tenant.Scope, ids []script.VersionID) (map[script.VersionID]script.Label, error) {
	return map[script.VersionID]script.Label{ids[0]: {Script: 1, Name: "回访话术", Number: 1}}, nil
}

func uuidOf(i int) call.UUID { return call.UUID(fmt.Sprintf("019caaaa-0000-7000-8000-%012d", i)) }

// aShelf holds an answered call with odd texts, and a busy one.
func aShelf(t testing.TB) *shelf {
	t.Helper()
	n, err := contact.ParseNumber("13800138000", "CN")
	if err != nil {
		t.Fatal(err)
	}
	abroad, err := contact.ParseNumber("+447911123456", "CN")
	if err != nil {
		t.Fatal(err)
	}
	answered := call.Call{UUID: uuidOf(2), Contact: 1, Ordinal: 2, Script: 1, Trunk: 1, Number: n, Name: "=HYPERLINK(\"http://x\")", CallerID: "02161234567", State: call.Ended,
		Times:   call.Times{Created: t0, Answered: t0.Add(5 * time.Second), Ended: t0.Add(50 * time.Second)},
		Outcome: call.Outcome{Answered: true, Disposition: call.Answered, HungUpBy: call.PartyCallee}, Grade: "A", Turns: 3, Recording: "a.wav", ReadAt: t0, Customer: "+东方 13800138000",
		Transfer: call.TransferConnected, Agent: call.Agent{Extension: "1001", Group: 3, GroupName: "客服一组", Asked: t0.Add(10 * time.Second), Connected: t0.Add(13*time.Second + 260*time.Millisecond)},
		Attended: call.Attended{Since: t0.Add(11 * time.Second), For: 7900 * time.Millisecond}}
	busy := call.Call{UUID: uuidOf(1), Contact: 2, Ordinal: 1, Script: 1, Trunk: 1, Number: abroad, Name: "Ann", State: call.Ended, Grade: "E", Push: call.PushFailed,
		Times:   call.Times{Created: t0.Add(-time.Hour), Ended: t0.Add(-time.Hour + 9*time.Second)},
		Outcome: call.Outcome{Disposition: call.Busy, HungUpBy: call.PartyCarrier, SIPCode: 486, Q850: 17, Line: linestatus.Verdict{Status: linestatus.InCall, Confidence: 0.9, By: linestatus.ByAnnouncement, After: 2 * time.Second}}}
	return &shelf{calls: []call.Call{answered, busy},
		people: map[contact.ID]contact.Contact{1: {Vars: map[string]string{"金额": "+12", "备用号码": "13800138000", "b": "x"}}},
		labels: map[call.UUID][]string{answered.UUID: {"=有意向", "加微信 13800138000"}},
		said: map[call.UUID][]transcript.Turn{answered.UUID: {
			{Seq: 1, Speaker: transcript.Robot, Text: "您好\r\n[00:00] 客户: 我不要", StartedAt: t0.Add(5 * time.Second), EndedAt: t0.Add(8 * time.Second), Interrupted: true},
			{Seq: 2, Speaker: transcript.Callee, Text: "好的,打13900139000", StartedAt: t0.Add(8 * time.Second), EndedAt: t0.Add(9500 * time.Millisecond),
				Matched: transcript.Match{Kind: transcript.MatchIntent, Intent: "affirm", Rule: "好的", Score: 0.9}},
			{Seq: 3, Speaker: transcript.Callee, StartedAt: t0.Add(70 * time.Second), EndedAt: t0.Add(71 * time.Second), Matched: transcript.Match{Kind: transcript.MatchSilence}},
		}}}
}

func input(t testing.TB, s *shelf, kind export.Kind, masked bool) Input {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return Input{Export: export.Export{ID: 7, Campaign: 1, Kind: kind, CreatedAt: t0, Request: export.Request{Base: "https://calls.example"}}, Scope: tenant.Of(1), Masked: masked,
		Zone: zone, Store: s, RecordingsDir: filepath.Join(dir, "recordings"), Dir: filepath.Join(dir, "exports"),
		Progress: func(context.Context, int, int) error { return nil }}
}

func run(t *testing.T, in Input) (Result, []byte) {
	t.Helper()
	r, err := Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(in.Dir, r.File))
	if err != nil || int64(len(b)) != r.Size {
		t.Fatalf("%d bytes for %+v: %v", len(b), r, err)
	}
	if left, _ := filepath.Glob(filepath.Join(in.Dir, "*.part")); len(left) != 0 {
		t.Errorf("parts left: %v", left)
	}
	return r, b
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o750), os.WriteFile(path, []byte(got), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path) //nolint:gosec // below testdata
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it again):\n%s", name, got)
	}
}

func rowsOf(t *testing.T, b []byte) map[string][][]string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	out := map[string][][]string{}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		out[sheet] = rows
	}
	return out
}

// file is a golden one. Where no language was asked for the file is in Chinese.
type file struct {
	name     string
	language words.Language
	masked   bool
}

func files() (out []file) {
	for _, masked := range []bool{false, true} {
		for l, of := range map[words.Language]string{"": "", words.Chinese: "", words.English: "en-"} {
			out = append(out, file{fmt.Sprintf("%smasked-%v", of, masked), l, masked})
		}
	}
	return out
}

func TestWorkbook(t *testing.T) {
	for _, f := range files() {
		masked := f.masked
		in := input(t, aShelf(t), export.CallsXLSX, masked)
		in.Export.Request.Language = f.language
		r, b := run(t, in)
		if r.Rows != 2 || r.Name != "三月_回访-calls-20260302-120000.xlsx" {
			t.Errorf("%+v", r)
		}
		var text strings.Builder
		for _, row := range rowsOf(t, b)[sheetName.in(f.language)] {
			text.WriteString(strings.Join(row, "\t") + "\n")
		}
		golden(t, "calls-"+f.name+".tsv", text.String())
		if masked && (strings.Contains(text.String(), "13800138000") || strings.Contains(text.String(), "7911123456")) {
			t.Error("a masked member's workbook shows numbers")
		}
		archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, packed := range archive.File {
			in, err := packed.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(in)
			if err != nil || strings.HasPrefix(packed.Name, "xl/worksheets/") && bytes.Contains(content, []byte("<f>")) {
				t.Errorf("%s holds a formula (%v)", packed.Name, err)
			}
		}
	}
}

func TestWorkbookGoesOnOnAnotherSheet(t *testing.T) {
	was := sheetRows
	t.Cleanup(func() { sheetRows = was })
	sheetRows = 1000
	s := aShelf(t)
	one := s.calls[1]
	s.calls = nil
	for i := 2500; i > 0; i-- {
		one.UUID = uuidOf(i)
		s.calls = append(s.calls, one)
	}
	_, b := run(t, input(t, s, export.CallsXLSX, false))
	rows := rowsOf(t, b)
	if len(rows) != 3 || len(rows["通话"]) != 1000 || len(rows["通话2"]) != 1000 || len(rows["通话3"]) != 2500-2*999+1 {
		t.Errorf("%d sheets of %d, %d and %d rows", len(rows), len(rows["通话"]), len(rows["通话2"]), len(rows["通话3"]))
	}
}

func TestTranscripts(t *testing.T) {
	for _, f := range files() {
		masked := f.masked
		in := input(t, aShelf(t), export.TextZIP, masked)
		in.Export.Request.Language = f.language
		r, b := run(t, in)
		archive, err := zip.NewReader(bytes.NewReader(b), r.Size)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, packed := range archive.File {
			in, err := packed.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			text.WriteString("--- " + packed.Name + "\n" + strings.ReplaceAll(string(content), "\r\n", "\n"))
		}
		golden(t, "text-"+f.name+".txt", text.String())
		if masked && (strings.Contains(text.String(), "13800138000") || strings.Contains(text.String(), "13900139000")) {
			t.Error("a masked member's transcripts show numbers")
		}
	}
}

// TestWhoTookTheCallOverWaitedForNobody: the one who takes the robot's place was not asked, so that there is no reaction.
func TestWhoTookTheCallOverWaitedForNobody(t *testing.T) {
	s := aShelf(t)
	c := s.calls[0]
	c.Transfer, c.Agent = call.TransferNone, call.Agent{Extension: "8001", Connected: t0.Add(20 * time.Second)}
	c.Attended = call.Attended{Since: t0.Add(12 * time.Second), For: 8 * time.Second, TakenOver: true}
	_, text, err := Text(t.Context(), input(t, s, export.TextZIP, false), c)
	if err != nil {
		t.Fatal(err)
	}
	if want := "请求转人工: 否\r\n接待坐席: 8001\r\n是否监听: 是\r\n是否介入: 是\r\n坐席监听时长(秒): 8\r\n坐席通话时长(秒): 30\r\n"; !strings.Contains(text, want) {
		t.Errorf("without\n%s\n%s", want, text)
	}
}

func TestRecordings(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // a machine without encoders
	s := aShelf(t)
	gone := s.calls[0]
	gone.UUID, gone.Recording = uuidOf(0), "gone.wav"
	out := s.calls[0]
	out.UUID, out.Recording = uuidOf(3), "../secret"
	s.calls = append([]call.Call{out}, append(s.calls, gone)...)
	in := input(t, s, export.RecordingsZIP, true)
	if err := errors.Join(os.MkdirAll(in.RecordingsDir, 0o750), os.WriteFile(filepath.Join(in.RecordingsDir, "a.wav"), []byte("RIFFx"), 0o600),
		os.WriteFile(filepath.Join(filepath.Dir(in.RecordingsDir), "secret"), []byte("secret"), 0o600)); err != nil {
		t.Fatal(err)
	}
	r, b := run(t, in)
	archive, err := zip.NewReader(bytes.NewReader(b), r.Size)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 1 || archive.File[0].Name != "20260302-120000_138____8000_000000000002.wav" || r.Rows != 1 || !strings.HasPrefix(r.Reason, "3 of 4 calls") {
		t.Errorf("%+v holds %d files, the first %s", r, len(archive.File), archive.File[0].Name)
	}
	if err := os.RemoveAll(in.RecordingsDir); err != nil {
		t.Fatal(err)
	}
	var refused *Refusal
	if _, err := Run(t.Context(), in); !errors.As(err, &refused) {
		t.Errorf("without recordings: %v", err)
	}
}

func TestRecordingsAreEncodedWhereThereIsAnEncoder(t *testing.T) {
	tools := t.TempDir()
	if err := os.WriteFile(filepath.Join(tools, "lame"), []byte("#!/bin/sh\nread x\n[ \"$x\" = bad ] && exit 1\necho mp3 of $x\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	for content, want := range map[string]string{"good\n": ".mp3", "bad\n": ".wav"} {
		in := input(t, aShelf(t), export.RecordingsZIP, false)
		if err := errors.Join(os.MkdirAll(in.RecordingsDir, 0o750), os.WriteFile(filepath.Join(in.RecordingsDir, "a.wav"), []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
		r, b := run(t, in)
		archive, err := zip.NewReader(bytes.NewReader(b), r.Size)
		if err != nil {
			t.Fatal(err)
		}
		if len(archive.File) != 1 || filepath.Ext(archive.File[0].Name) != want {
			t.Errorf("%q became %d files, the first %s", content, len(archive.File), archive.File[0].Name)
		}
	}
}

func TestLinks(t *testing.T) {
	r, b := run(t, input(t, aShelf(t), export.RecordingsLinks, false))
	if want := "https://calls.example/api/v1/calls/" + string(uuidOf(2)) + "/audio\r\n"; string(b) != want || r.Reason == "" {
		t.Errorf("%q, want %q: %+v", b, want, r)
	}
}

func TestRefusals(t *testing.T) {
	many := aShelf(t)
	for range 12 { // far beyond the limit of recordings
		many.calls = append(many.calls, many.calls...)
	}
	for name, change := range map[string]func(*Input){
		"nothing matches":     func(in *Input) { in.Export.Request.Filter = call.Filter{Grades: []string{"B"}} },
		"no such calls":       func(in *Input) { in.Export.Request.Calls = []call.UUID{uuidOf(9)} },
		"not theirs any more": func(in *Input) { in.Export.Campaign = 2 },
		"no file of the kind": func(in *Input) { in.Export.Kind = export.CallsDelete },
		"too many":            func(in *Input) { in.Store = many; in.Export.Kind = export.TextZIP },
	} {
		in := input(t, aShelf(t), export.CallsXLSX, false)
		change(&in)
		var refused *Refusal
		if _, err := Run(t.Context(), in); !errors.As(err, &refused) || refused.Reason == "" {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(in.Dir); len(left) != 0 {
			t.Errorf("%s leaves %v", name, left)
		}
	}
}

func TestAnExportThatIsBrokenOffLeavesNothing(t *testing.T) {
	in := input(t, aShelf(t), export.TextZIP, false)
	stop := errors.New("deleted meanwhile")
	in.Progress = func(context.Context, int, int) error { return stop }
	if _, err := Run(t.Context(), in); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(in.Dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{"": "", "王芳": "王芳", "=1+1": "'=1+1", "+86": "'+86", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\r=1": "'\r=1", "＝1": "'＝1", "a=1": "a=1", "'=1": "'=1"} {
		if got := Neutral(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@\t\r\n＝＋－＠].*`)).Draw(t, "text")
		got := Neutral(s)
		if got != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(got)[0]) {
			t.Fatalf("%q became %q, which may be run", s, got)
		}
		if strings.TrimPrefix(got, "'") != strings.TrimPrefix(s, "'") && len([]rune(s)) < mostCell {
			t.Fatalf("%q became %q, which says something else", s, got)
		}
		if again := Neutral(got); again != got {
			t.Fatalf("%q is made neutral twice: %q", got, again)
		}
	})
}
