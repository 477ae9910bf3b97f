package softswitch

import (
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// maxChallenges bounds how often an INVITE is repeated with credentials: once, and once more for a stale nonce.
const maxChallenges = 2

// retry repeats the INVITE with credentials when the peer asks for some and there are any.
func (u *uac) retry(res *sip.Response) bool {
	gw := u.target.gateway
	if res.StatusCode != 401 && res.StatusCode != 407 || gw == nil || gw.Password == "" || u.cancelled || u.asked == maxChallenges {
		return false
	}
	u.asked++
	h, err := credentials(res, gw, sip.INVITE, u.target.uri.String())
	if err != nil {
		u.sw.log.Warn("switch: challenge of a gateway cannot be answered", "gateway", gw.Name, "error", err)
		return false
	}
	if err := u.send(h); err != nil {
		u.sw.log.Warn("switch: INVITE with credentials did not leave", "gateway", gw.Name, "error", err)
		return false
	}
	u.proceeds = false
	return true
}

// credentials answers the challenge of a 401 or 407.
func credentials(res *sip.Response, gw *gateway, method sip.RequestMethod, uri string) (sip.Header, error) {
	ask, answer := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		ask, answer = "Proxy-Authenticate", "Proxy-Authorization"
	}
	h := res.GetHeader(ask)
	if h == nil {
		return nil, fmt.Errorf("response %d has no %s header", res.StatusCode, ask)
	}
	challenge, err := digest.ParseChallenge(h.Value())
	if err != nil {
		return nil, err
	}
	challenge.Algorithm = strings.ToUpper(challenge.Algorithm)
	c, err := digest.Digest(challenge, digest.Options{Method: method.String(), URI: uri, Username: gw.Username, Password: gw.Password, Count: 1})
	if err != nil {
		return nil, err
	}
	return sip.NewHeader(answer, c.String()), nil
}
