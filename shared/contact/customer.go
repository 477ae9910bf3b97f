package contact

// customerVars are the variables that may hold who the person speaks for, as headings of customers' lists call it; the
// first that says something counts.
var customerVars = []string{"客户名称", "客户", "公司", "company", "Company", "customer", "Customer"}

// Customer is the customer whom a contact with these variables belongs to; empty when none of them says.
func Customer(vars map[string]string) string {
	for _, k := range customerVars {
		if v := trimBlanks(vars[k]); v != "" {
			return v
		}
	}
	return ""
}
