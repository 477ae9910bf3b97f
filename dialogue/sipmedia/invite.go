package sipmedia

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// The headers by which the dialer tells a robot what it is called for.
const (
	HeaderCall     = "X-Outdial-Call"
	HeaderTenant   = "X-Outdial-Tenant"
	HeaderScript   = "X-Outdial-Script"
	HeaderCampaign = "X-Outdial-Campaign"
)

// ErrBadInvite says that one of the X-Outdial headers is missing or wrong.
var ErrBadInvite = errors.New("INVITE does not say which call it belongs to")

// Invite is what an INVITE says about the call.
type Invite struct {
	CallID          string // the call's UUID, in lower case
	TenantID        int64
	ScriptVersionID int64
	CampaignID      int64 // 0 when the call belongs to none

	SIPCallID string
	From, To  string // user parts
}

// HeaderError is a header that is missing or wrong. Its text is a reason phrase and repeats nothing of the value.
type HeaderError struct {
	Header string
	Fault  string
}

func (e *HeaderError) Error() string { return e.Fault + " " + e.Header }

func (e *HeaderError) Unwrap() error { return ErrBadInvite }

// ParseInvite reads the X-Outdial headers; get returns all values of a header, whose names know no case.
func ParseInvite(get func(name string) []string) (Invite, error) {
	var inv Invite
	text, err := single(get, HeaderCall)
	if err != nil {
		return Invite{}, err
	}
	// uuid.Parse takes braces, a urn: prefix and bare digits as well; the store's keys have one form only.
	id, perr := uuid.Parse(text)
	if perr != nil || len(text) != len(uuid.Nil.String()) {
		return Invite{}, &HeaderError{HeaderCall, "Bad"}
	}
	inv.CallID = id.String()
	for _, h := range []struct {
		name     string
		into     *int64
		optional bool
	}{
		{HeaderTenant, &inv.TenantID, false}, {HeaderScript, &inv.ScriptVersionID, false}, {HeaderCampaign, &inv.CampaignID, true},
	} {
		text, err := single(get, h.name)
		if err != nil {
			if h.optional && len(get(h.name)) == 0 {
				continue
			}
			return Invite{}, err
		}
		n, perr := strconv.ParseInt(text, 10, 64)
		if perr != nil || n < 0 || n == 0 && !h.optional || text != strconv.FormatInt(n, 10) {
			return Invite{}, &HeaderError{h.name, "Bad"}
		}
		*h.into = n
	}
	return inv, nil
}

// single is the one value of a header: two different answers to one question are worse than none.
func single(get func(string) []string, name string) (string, error) {
	values := get(name)
	if len(values) == 0 {
		return "", &HeaderError{name, "Missing"}
	}
	if len(values) > 1 {
		return "", &HeaderError{name, "Repeated"}
	}
	v := strings.TrimSpace(values[0])
	if v == "" {
		return "", &HeaderError{name, "Empty"}
	}
	return v, nil
}

// String names the call in logs.
func (i Invite) String() string {
	return fmt.Sprintf("call %s tenant %d script %d", i.CallID, i.TenantID, i.ScriptVersionID)
}
