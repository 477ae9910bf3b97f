package sipmedia

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/sdp"
)

// Refusal is a call that is not taken, and the SIP response that says so.
type Refusal struct {
	Code       int
	Phrase     string
	RetryAfter time.Duration // told to the switch unless zero
	Err        error         // what went wrong, for our own log
	headers    [][2]string
}

func (r *Refusal) Error() string {
	text := fmt.Sprintf("call refused with %d %s", r.Code, r.Phrase)
	if r.Err != nil {
		text += ": " + r.Err.Error()
	}
	return text
}

func (r *Refusal) Unwrap() error { return r.Err }

func refuse(code int, phrase string, err error) *Refusal {
	return &Refusal{Code: code, Phrase: phrase, Err: err}
}

// asRefusal finds the response for an error of the admission.
func asRefusal(err error) *Refusal {
	if r, ok := errors.AsType[*Refusal](err); ok && r.Code >= 300 && r.Code <= 699 {
		return r
	}
	return refuse(500, "Server Internal Error", err)
}

// refuseSDP finds the response for a description that cannot be answered. The phrase says which of the known faults it
// is and never repeats what the peer wrote.
func refuseSDP(err error) *Refusal {
	for _, known := range []error{sdp.ErrMalformed, sdp.ErrTooLarge} {
		if errors.Is(err, known) {
			return refuse(400, known.Error(), err)
		}
	}
	for _, known := range []error{
		sdp.ErrNoAudio, sdp.ErrVideoOnly, sdp.ErrEncryptedOnly, sdp.ErrUnsupportedProfile, sdp.ErrNoCommonCodec,
	} {
		if errors.Is(err, known) {
			r := refuse(488, "Not Acceptable Here", err)
			// 399 is the warning without a fixed meaning (RFC 3261 section 20.43).
			r.headers = append(r.headers, [2]string{"Warning", "399 outdial " + strconv.Quote(known.Error())})
			return r
		}
	}
	return refuse(488, "Not Acceptable Here", err)
}
