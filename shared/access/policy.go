package access

import (
	"net/mail"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// The lengths of a password in bytes. What is longer than the hash takes was never typed by a person.
const (
	minPassword = 10
	maxPassword = 200
)

// CheckPassword refuses a password of a user's own choice that is too short, or that others know: the names and numbers
// with which the user signs in or is called.
func CheckPassword(password string, u User) error {
	if len(password) < minPassword || len(password) > maxPassword {
		return errs.New(errs.Invalid, "must have %d to %d bytes", minPassword, maxPassword)
	}
	for _, known := range []string{u.Account, u.Phone, u.BoundNumber, u.AgentNumber, u.Email, u.Name} {
		if known != "" && strings.EqualFold(strings.TrimPrefix(password, "+"), strings.TrimPrefix(known, "+")) {
			return errs.New(errs.Invalid, "must not be the account, the name, the address or a number of yours")
		}
	}
	return nil
}

// NewPassword returns a random password that is given to somebody, to be changed at the first sign-in.
func NewPassword() string { return NewToken()[:20] }

// CheckAccount refuses what cannot be told apart from the other forms of a sign-in.
func CheckAccount(account string) error {
	if !accountForm.MatchString(account) {
		return errs.New(errs.Invalid, "must have 2 to 40 letters, digits, dots, hyphens and underscores, and begin with a letter")
	}
	return nil
}

// CheckAgentNumber refuses what could not stand before the @ of a sign-in.
func CheckAgentNumber(n string) error {
	if !agentForm.MatchString(n) {
		return errs.New(errs.Invalid, "must have 1 to 20 digits")
	}
	return nil
}

// IsEmail tells whether the text is one bare mail address.
func IsEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= 190 && errs.OneLine(s)
}
