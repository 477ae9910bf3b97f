package access

import (
	"regexp"
	"strings"

	"github.com/outdial/outdial/shared/contact"
)

// SignInName is what a user signs in with. Exactly one of the forms is filled in: the account, the agent's number with
// the company's code, or the bound number.
type SignInName struct {
	Account string
	Agent   string
	Company string
	Bound   string
}

var (
	accountForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{1,39}$`)
	agentForm   = regexp.MustCompile(`^[0-9]{1,20}$`)
	companyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)
)

// ParseSignInName tells the forms apart: an account begins with a letter and holds no @, so none can be taken for another.
// ok is false for what is none of them. Numbers are read in the region.
func ParseSignInName(s, region string) (name SignInName, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > 100 {
		return SignInName{}, false
	}
	if agent, company, found := strings.Cut(s, "@"); found {
		company = strings.ToLower(company)
		if !agentForm.MatchString(agent) || !companyForm.MatchString(company) {
			return SignInName{}, false
		}
		return SignInName{Agent: agent, Company: company}, true
	}
	if accountForm.MatchString(s) {
		return SignInName{Account: s}, true
	}
	if n, err := contact.ParseNumber(s, region); err == nil {
		return SignInName{Bound: n.String()}, true
	}
	return SignInName{}, false
}

// String is the name in the one form that all ways of writing it share.
func (n SignInName) String() string {
	switch {
	case n.Agent != "":
		return n.Agent + "@" + n.Company
	case n.Bound != "":
		return n.Bound
	default:
		return n.Account
	}
}
