package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// contacts reads back what an import brought in, as "number name key=value".
func (b *bench) contacts(n int) []string {
	b.t.Helper()
	claimed, err := b.store.Claim(b.t.Context(), tenant.Platform(), call.ClaimRequest{Campaign: b.campaign, Limit: 1000, Holder: "test", Now: farFuture, Lease: 1})
	must(b.t, err)
	var got []string
	for _, c := range claimed {
		s := c.Contact.Number.String() + " " + c.Contact.Name
		for _, k := range []string{"金额", "金额_元", "amount", "_2026年", "备注", "备注_2", "客户名称", "客户"} {
			if v, ok := c.Contact.Vars[k]; ok {
				s += " " + k + "=" + v
			}
		}
		got = append(got, s)
	}
	if len(got) != n {
		b.t.Fatalf("%d contacts, want %d: %q", len(got), n, got)
	}
	return got
}

func encode(t testing.TB, s, as string) string {
	t.Helper()
	var err error
	switch as {
	case "utf-8 with mark":
		s = "\ufeff" + s
	case "gb18030":
		s, err = simplifiedchinese.GB18030.NewEncoder().String(s)
	case "utf-16":
		s, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	}
	must(t, err)
	return s
}

func TestEncodingsAndSeparators(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"utf-8", "utf-8 with mark", "gb18030", "utf-16"} {
		for _, comma := range []string{",", ";", "\t"} {
			t.Run(fmt.Sprintf("%s %q", encoding, comma), func(t *testing.T) {
				b := newBench(t)
				inside := strings.ReplaceAll(comma, "\t", " ") // a tab inside a cell is a control character
				text := strings.ReplaceAll("客户名称|手机号码|金额(元)|备注|备注\r\n张三|13800138000|12.5|\"a"+inside+"b\"|㐀\r\n李四|13800138001||x|\r\n", "|", comma)
				got := b.run(file(t, "list.csv", encode(t, text, encoding)))
				if got.Accepted != 2 || got.Rejected != 0 {
					t.Fatalf("import: %+v", got)
				}
				if c := b.contacts(2); c[0] != "13800138000 张三 金额_元=12.5 备注=a"+inside+"b 备注_2=㐀" || c[1] != "13800138001 李四 备注=x" {
					t.Errorf("contacts: %q", c)
				}
			})
		}
	}
}

func TestHeaderOrNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"numbers only":      {"13800138000\n13800138001\n", []string{"13800138000 ", "13800138001 "}},
		"number and name":   {"13800138000,张三\n", []string{"13800138000 张三"}},
		"name and number":   {"张三,13800138000\n", []string{"13800138000 张三"}},
		"english":           {"Phone Number,Name,amount\n+86 13800138000,Ann,3\n", []string{"13800138000 Ann amount=3"}},
		"manual":            {"联系人,联系方式\n张三,0755-86131234\n", []string{"075586131234 张三"}},
		"customer, person":  {"客户名称,联系人,电话\n东方贸易,张三,13800138000\n", []string{"13800138000 张三 客户名称=东方贸易"}},
		"person, customer":  {"联系人,客户名称,电话\n张三,东方贸易,13800138000\n", []string{"13800138000 张三 客户名称=东方贸易"}},
		"customer alone":    {"电话,客户名称,客户\n13800138000,张三,东方\n", []string{"13800138000 张三 客户=东方"}},
		"colons and blanks": {"姓名：, 手机号码 :\n张三,13800138000\n", []string{"13800138000 张三"}},
		"digit first":       {"电话,2026年\n13800138000,x\n", []string{"13800138000  _2026年=x"}},
		"empty rows first":  {"\n,,\n号码\n13800138000\n", []string{"13800138000 "}},
		"no header known":   {"会员\n13800138000\n", []string{"13800138000 "}},
		"foreign number":    {"number\n+447911123456\n", []string{"+447911123456 "}},
		"short rows":        {"号码,姓名,金额\n13800138000\n13800138001,李四\n", []string{"13800138000 ", "13800138001 李四"}},
		"invisible marks":   {"号码\n\u00a013800138000\u200b\n", []string{"13800138000 "}},
		"last line open":    {"号码\n13800138000", []string{"13800138000 "}},
		"old mac":           {"号码\r13800138000\r13800138001\r", []string{"13800138000 ", "13800138001 "}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.run(file(t, "list.csv", c.text))
			if got := b.contacts(len(c.want)); strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("contacts %q, want %q", got, c.want)
			}
		})
	}
}

func TestBadTextFilesFailWithAReason(t *testing.T) {
	t.Parallel()
	many := "号码"
	for i := range 31 {
		many += fmt.Sprintf(",v%d", i)
	}
	for name, c := range map[string]struct{ text, reason string }{
		"blank lines":    {"\r\n\r\n  \r\n", "holds no row"},
		"header only":    {"号码,姓名\n", "no row below its header"},
		"binary":         {"\x00\x01\x02\x03\xff\xfe", "neither a workbook"},
		"too many vars":  {many + "\n13800138000\n", "31 columns for variables"},
		"odd heading":    {"号码,***\n13800138000,1\n", "holds no letter or digit"},
		"open quotation": {"号码,姓名\n13800138000,\"" + strings.Repeat("x,13800138001\n", 50_000), "quotation mark"},
		"png":            {"\x89PNG\r\n\x1a\n\x00\x00", "neither a workbook"},
		"too many rows":  {strings.Repeat("13800138000\n", 101), "more than 100 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			in := b.queue(file(t, "list.csv", c.text))
			in.Limits = importer.Limits{}
			if name == "too many rows" {
				in.Limits.Rows = 100
			}
			got, err := importer.Run(t.Context(), in)
			must(t, err)
			if got.State != contact.ImportFailed || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("import: %+v", got)
			}
			if name == "too many rows" && (got.Total != 100 || got.Accepted != 1 || got.Rejected != 99) {
				t.Errorf("import: %+v", got)
			}
		})
	}
}

func TestRowsThatAreNoTextAreRejected(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got := b.run(file(t, "list.csv", "号码,姓名\n13800138000,张三\n13800138001,李四\n13800138002,王\xe4\xba\n"))
	if r := b.rejections(got.ID); got.Accepted != 2 || len(r) != 1 || !strings.Contains(r[0].Reason, "no text") {
		t.Fatalf("import: %+v, rejections: %+v", got, r)
	}
	gb := encode(t, "号码,姓名\n13800138003,张三\n13800138004,李四", "gb18030") + "\xff\n"
	got = b.run(file(t, "list.csv", gb))
	if r := b.rejections(got.ID); got.Accepted != 1 || len(r) != 1 || !strings.Contains(r[0].Reason, "no text") {
		t.Fatalf("import: %+v, rejections: %+v", got, r)
	}
}

func TestDuplicatesAreToldApart(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run(file(t, "first.csv", "13800138000\n13800138001\n"))
	got := b.run(file(t, "second.csv", "13800138001\n13800138002\n13800138002\n+8613800138002\n"))
	if got.Accepted != 1 || got.Rejected != 3 || got.Order != 2 {
		t.Fatalf("import: %+v", got)
	}
	var reasons []string
	for _, r := range b.rejections(got.ID) {
		reasons = append(reasons, fmt.Sprint(r.Row, " ", r.Reason))
	}
	want := "1 the campaign has this number already|3 the same number stands in row 2 of this file|4 the same number stands in row 2 of this file"
	if s := strings.Join(reasons, "|"); s != want {
		t.Errorf("reasons: %s", s)
	}
}
