package script_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/script"
)

// same fails when a workbook, of either kind, says something else than the document that it was made of.
func same(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, document []byte) {
	t.Helper()
	for i, write := range []func([]byte, words.Language) ([]byte, error){script.Workbook, script.OldWorkbook, script.Workbook, script.OldWorkbook} {
		file, err := write(document, []words.Language{words.Chinese, words.Chinese, words.English, words.English}[i])
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		back, err := script.FromWorkbook(file)
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		nodes, parts, err := script.Diff(document, back)
		if err != nil || len(nodes)+len(parts) > 0 {
			t.Fatalf("the workbook of %s says %s: %+v %+v (%v)", document, back, nodes, parts, err)
		}
	}
}

func TestWorkbookKeepsEveryDocument(t *testing.T) {
	documents := map[string][]byte{"demo": script.Demo()}
	for _, offer := range script.Templates() {
		documents[offer.Key] = offer.Document
	}
	text, err := os.ReadFile(filepath.FromSlash("../../docs/scripts.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	documents["the example of the manual"] = []byte(example)
	documents["odd"] = []byte(`{"script":1,"name":" spaces ","start":"a","voice":{"name":"x","speed":1.5},"variables":{"n":"3","m":3,"d":{"default":"2026","format":"date"},"f":{"format":"text"},"x":{"default":1},"e":""},
		"nodes":{"a":{"say":"=1+1","branches":{"affirm":{"to":"b"},"negate":{"to":"b","label":"不"},"keyword:几点|了":"b","keyword:多少钱":{"to":"b","label":"价"},"busy":"b","mine":"b","default":"b","关键":"b"},"label":""},
		"b":{"say":"_x000D_ \t","hangup":true,"next":"\r"},"c":{"hangup":false},"d":{"hangup":"true","say":["x"]},"f":{"branches":{}},"是":{"say":"一\n二"}},
		"questions":{"q":{"variants":["a","b|c"],"answer":"x","repeat":false},"r":{"variants":["在哪里","地址"],"intent":"price","answer":"这里","then":"b","label":"问"},"s":{"variants":[]}},
		"grades":[{"grade":"A","name":"好","when":{"labels":["愿意"],"affirmed":{"min":1}}},{"when":{}},"x",3],"corrections":{"a":"b","3":"4","c":5},
		"tests":[{"name":"t","says":["可以"]},{"x":1}],"layout":{"a":{"x":1.5,"y":-2}},"intents":{"mine":["词"]},"settings":{"silence":{"after":"4s"},"interruptible":true,"endpoint":{}},"anywhere":{},"description":"😀\u2028\ufffe"}`)
	for name, d := range documents {
		t.Run(name, func(t *testing.T) { same(t, d) })
	}
}

func TestWorkbookKeepsAnyDocument(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", " x ", "3", "true", "null", `"q"`, "{}", "[1]", "=A1", "_x0041_", "a|b", "是", "affirm", "keyword:x", "digits", "一、二"}))
	leaf := rapid.Custom(func(t *rapid.T) any {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return rapid.Int32().Draw(t, "n")
		case 1:
			return rapid.Bool().Draw(t, "b")
		case 2:
			return nil
		}
		return text.Draw(t, "s")
	})
	key := rapid.SampledFrom([]string{"a", "b", "end", "价格", "x-1", "y_2", "keyword:词", "=k", " k", "3", "affirm", "negate", "default"})
	deep := rapid.OneOf(leaf, rapid.Map(rapid.SliceOfN(leaf, 0, 3), func(l []any) any { return l }), rapid.Map(rapid.MapOfN(key, leaf, 0, 3), func(m map[string]any) any { return m }))
	mapping := func(keys ...string) *rapid.Generator[map[string]any] {
		return rapid.MapOfN(rapid.SampledFrom(keys), deep, 0, 8)
	}
	rapid.Check(t, func(t *rapid.T) {
		doc := mapping("name", "voice", "settings", "tests", "intents", "anywhere", "layout").Draw(t, "document")
		nodes := rapid.MapOfN(key, mapping("say", "again", "next", "branches", "hangup", "ignore_unmatched", "ignore_negative", "label", "collect"), 1, 4).Draw(t, "nodes")
		for _, n := range nodes {
			if rapid.Bool().Draw(t, "branches") {
				n["branches"] = rapid.MapOfN(key, rapid.OneOf(leaf, rapid.Map(mapping("to", "label"), func(m map[string]any) any { return m })), 0, 4).Draw(t, "b")
			}
		}
		doc["nodes"], doc["script"], doc["start"] = nodes, 1, "a"
		doc["questions"] = rapid.MapOfN(key, mapping("variants", "intent", "answer", "then", "label", "repeat"), 0, 3).Draw(t, "questions")
		doc["variables"] = rapid.MapOfN(key, rapid.OneOf(leaf, rapid.Map(mapping("default", "format"), func(m map[string]any) any { return m })), 0, 3).Draw(t, "variables")
		doc["grades"] = rapid.SliceOfN(mapping("grade", "name", "when"), 0, 3).Draw(t, "grades")
		doc["corrections"] = rapid.MapOfN(key, leaf, 0, 3).Draw(t, "corrections")
		raw, err := json.Marshal(doc)
		if err != nil {
			t.Skip(err.Error())
		}
		document, err := script.Document(raw)
		if err != nil {
			t.Skip(err.Error())
		}
		same(t, document)
	})
}

// book makes a workbook of cells by their place.
func book(t testing.TB, cells map[string]string) *excelize.File {
	t.Helper()
	file, err := script.Workbook([]byte(`{"script":1,"name":"x","nodes":{"a":{"say":"您好","hangup":true}},"variables":{"v":"1"},"questions":{"q":{"answer":"x","variants":["y"]}},"grades":[{"grade":"A","when":{"affirmed":1}}],"corrections":{"a":"b"}}`), words.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for place, text := range cells {
		sheet, cell, _ := strings.Cut(place, "!")
		if strings.HasPrefix(text, "formula:") {
			err = f.SetCellFormula(sheet, cell, strings.TrimPrefix(text, "formula:"))
		} else {
			err = f.SetCellStr(sheet, cell, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func bytesOf(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := errors.Join(f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbookWrittenByHand(t *testing.T) {
	f := book(t, map[string]string{
		"流程!A3": "b", "流程!B3": " 请问您需要吗？ ", "流程!E3": "a", "流程!F3": "愿意", "流程!G3": "a", "流程!I3": "多少钱、价格", "流程!J3": "a", "流程!K3": "问价", "流程!M3": "a",
		"流程!I4": "默认", "流程!J4": "a", "流程!A5": "c", "流程!B5": "再见", "流程!L5": "Y", "流程!P5": "visits: {max: 2, then: a}",
		"问题!A3": "地址", "问题!B3": "在哪里|什么地方", "问题!D3": "图书馆", "设置!A5": "settings.longest_call", "设置!B5": "2m", "变量!A3": "amount", "变量!B3": "12", "变量!C3": "money",
		"意向等级!A3": "B", "意向等级!C3": "affirmed: 1, labels: [愿意]", "纠正词!A3": "花呗", "纠正词!B3": "话费",
	})
	got, err := script.FromWorkbook(bytesOf(t, f))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"script":1,"name":"x","settings":{"longest_call":"2m"},"start":"a","variables":{"v":"1","amount":{"default":12,"format":"money"}},
		"nodes":{"a":{"say":"您好","hangup":true},"b":{"say":"请问您需要吗？","ignore_unmatched":"a","branches":{"affirm":{"to":"a","label":"愿意"},"negate":"a","keyword:多少钱":{"to":"a","label":"问价"},"keyword:价格":{"to":"a","label":"问价"},"default":"a"}},
		"c":{"visits":{"max":2,"then":"a"},"say":"再见","hangup":true}},
		"questions":{"q":{"variants":["y"],"answer":"x"},"地址":{"variants":["在哪里","什么地方"],"answer":"图书馆"}},"grades":[{"grade":"A","when":{"affirmed":1}},{"grade":"B","when":{"affirmed":1,"labels":["愿意"]}}],"corrections":{"a":"b","花呗":"话费"}}`
	nodes, parts, err := script.Diff([]byte(want), got)
	if err != nil || len(nodes)+len(parts) > 0 {
		t.Errorf("it reads %s: %+v %+v (%v)", got, nodes, parts, err)
	}
}

// zipped is an archive of the parts of a workbook with others beside them.
func zipped(t testing.TB, file []byte, more map[string][]byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		if more[f.Name] == nil {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, body := range more {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	plain := func(cells map[string]string) []byte { return bytesOf(t, book(t, cells)) }
	good := plain(nil)
	many := book(t, nil)
	for i := range 6000 {
		if err := many.SetCellStr("问题", "A"+strconv.Itoa(i+3), "q"+strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":             {nil, "no .xlsx"},
		"no archive":          {[]byte("name: x"), "no .xlsx"},
		"cut off":             {good[:len(good)/2], "no .xlsx"},
		"another archive":     {zipped(t, good, map[string][]byte{"xl/workbook.xml": []byte("<x/>")}), "no .xlsx"},
		"macros":              {zipped(t, good, map[string][]byte{"xl/vbaProject.bin": []byte("x")}), "macros"},
		"links":               {zipped(t, good, map[string][]byte{"xl/externalLinks/externalLink1.xml": []byte("x")}), "links"},
		"a bomb":              {zipped(t, good, map[string][]byte{"xl/worksheets/sheet9.xml": bytes.Repeat([]byte(" "), 45<<20)}), "too large"},
		"an unclosed sheet":   {zipped(t, good, map[string][]byte{"xl/worksheets/sheet1.xml": []byte("<worksheet><sheetData><row><c r=\"A1\"")}), "no .xlsx"},
		"a formula":           {plain(map[string]string{"问题!D2": "formula:HYPERLINK(\"http://example.com\")"}), "问题!D2: the cell holds a formula"},
		"too many rows":       {bytesOf(t, many), "问题!A5001: a sheet has at most 5000 rows"},
		"a column renamed":    {plain(map[string]string{"流程!B1": "说"}), "流程!B1: the column must be called 话术"},
		"a column too many":   {plain(map[string]string{"流程!Q2": "note"}), "流程!Q2: there is no such column"},
		"a node twice":        {plain(map[string]string{"流程!A3": "a"}), "流程!A3: a stands twice"},
		"a jump without word": {plain(map[string]string{"流程!J2": "a"}), "流程!I2: say on which words"},
		"a word without jump": {plain(map[string]string{"流程!I2": "好"}), "流程!J2: name the node"},
		"a label alone":       {plain(map[string]string{"流程!F2": "好"}), "流程!E2: a label needs"},
		"a branch twice":      {plain(map[string]string{"流程!I2": "好、好", "流程!J2": "a"}), "流程!J2: the branch keyword:好 stands twice"},
		"an end of its own":   {plain(map[string]string{"流程!L2": "maybe"}), "流程!L2: write 是"},
		"broken JSON":         {plain(map[string]string{"流程!P2": "{x"}), "流程!P2: the cell must hold keys"},
		"said twice":          {plain(map[string]string{"流程!P2": "say: y"}), "流程!B2: say stands here and in the last column"},
		"a nameless question": {plain(map[string]string{"问题!D4": "x"}), "问题!A4: name the question"},
		"nodes as a setting":  {plain(map[string]string{"设置!A4": "nodes.a", "设置!B4": "{}"}), "设置!A4: nodes have a sheet"},
		"deep JSON":           {plain(map[string]string{"设置!A4": "x", "设置!B4": strings.Repeat("[", 200) + strings.Repeat("]", 200)}), "设置!B4: the cell holds JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := script.FromWorkbook(c.file)
			if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("taken as %.60s, or refused with %v; want %q", got, err, c.want)
			}
		})
	}
}

func FuzzFromWorkbook(f *testing.F) {
	for _, d := range [][]byte{script.Demo(), []byte(`{"nodes":{"a":{}}}`)} {
		file, err := script.Workbook(d, words.English)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
		f.Add(file[:len(file)-40])
	}
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 1<<20 {
			return
		}
		document, err := script.FromWorkbook(file)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if _, err := script.Document(document); err != nil {
			t.Fatalf("made %q: %v", document, err)
		}
	})
}

// FuzzCells puts one text into one cell: it is refused there, or the document can be written as a workbook again.
func FuzzCells(f *testing.F) {
	f.Add(0, 2, 15, "visits: {max: 1}")
	f.Add(0, 2, 8, "好、|/不")
	f.Add(2, 4, 0, "tests.#1")
	f.Add(4, 2, 2, "{}")
	names := []string{"流程", "问题", "设置", "变量", "意向等级", "纠正词"}
	f.Fuzz(func(t *testing.T, sheet, row, column int, text string) {
		if sheet < 0 || sheet >= len(names) || row < 2 || row > 9 || column < 0 || column > 15 || len(text) > 2000 {
			return
		}
		cell, err := excelize.CoordinatesToCellName(column+1, row)
		if err != nil {
			return
		}
		document, err := script.FromWorkbook(bytesOf(t, book(t, map[string]string{names[sheet] + "!" + cell: text})))
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if _, err := script.Workbook(document, words.Chinese); err != nil {
			t.Fatalf("%s cannot be written: %v", document, err)
		}
	})
}
