package contact

import "testing"

func TestCustomer(t *testing.T) {
	for _, c := range []struct {
		vars map[string]string
		want string
	}{
		{nil, ""},
		{map[string]string{"城市": "上海"}, ""},
		{map[string]string{"company": "Acme", "customer": "Bolt"}, "Acme"},
		{map[string]string{"customer": "Bolt"}, "Bolt"},
		{map[string]string{"公司": "东方贸易", "客户名称": "\u3000 ", "company": "Acme"}, "东方贸易"},
		{map[string]string{"公司": "东方贸易", "客户": "南方", "客户名称": " 北方物流 "}, "北方物流"},
	} {
		if got := Customer(c.vars); got != c.want {
			t.Errorf("customer of %v is %q, want %q", c.vars, got, c.want)
		}
	}
}
