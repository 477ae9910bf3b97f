package softswitch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// acknowledgeProvisional sends a PRACK (RFC 3262) to a peer that insists on one; this side never offers 100rel.
func (u *uac) acknowledgeProvisional(res *sip.Response) {
	seq := res.GetHeader("RSeq")
	if seq == nil || !listsOption(res.GetHeaders("Require"), "100rel") {
		return
	}
	n, err := strconv.ParseUint(strings.TrimSpace(seq.Value()), 10, 32)
	if err != nil || uint32(n) <= u.prack {
		return
	}
	u.prack = uint32(n)
	early := *u.d
	early.learn(tagOf(res.To().Params), res, res.Contact(), true)
	cseq := u.invite.CSeq().SeqNo
	req := early.request(sip.PRACK, 0)
	u.d.cseq = early.cseq
	req.AppendHeader(sip.NewHeader("RAck", fmt.Sprintf("%d %d INVITE", n, cseq)))
	u.sw.spawn(func() { early.send(u.sw.ctx, req) })
}

func listsOption(headers []sip.Header, option string) bool {
	for _, h := range headers {
		for one := range strings.SplitSeq(h.Value(), ",") {
			if strings.EqualFold(strings.TrimSpace(one), option) {
				return true
			}
		}
	}
	return false
}
