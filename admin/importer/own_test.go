package importer_test

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
)

// TestTablesThatTheProductMakesAreTakenInBothLanguages: whoever corrects rejected rows uploads them again, and a list of calls names
// numbers that are not to be called any more.
func TestTablesThatTheProductMakesAreTakenInBothLanguages(t *testing.T) {
	for name, text := range map[string]string{
		"rejected rows in Chinese": "\ufeff行号,号码,原因\r\n2,13800138000,号码位数过少\r\n",
		"rejected rows in English": "\ufeffrow,number,reason\r\n2,13800138000,too few digits\r\n",
		"calls in Chinese":         "联系人,客户名称,联系方式,变量,处理状态\n李雷,东方,13800138000,k=v,已结束\n",
		"calls in English":         "Contact,Customer,Number,Variables,State\n李雷,东方,13800138000,k=v,ended\n",
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			done, err := importer.Run(t.Context(), b.fill(b.group(), text))
			must(t, err)
			if done.State != contact.ImportFinished || done.Accepted != 1 || done.Rejected != 0 {
				t.Errorf("not to be called: %+v", done)
			}
			got := b.run(file(t, "own.csv", text))
			if got.State != contact.ImportFinished || got.Accepted != 1 || got.Rejected != 0 {
				t.Fatalf("contacts: %+v", got)
			}
			if c := b.contacts(1)[0]; !strings.HasPrefix(c, "13800138000") || strings.HasPrefix(name, "calls") && !strings.HasPrefix(c, "13800138000 李雷") {
				t.Errorf("the contact is %s", c)
			}
		})
	}
}
