package sipmedia

import (
	"fmt"
	"strconv"
	"strings"
)

// EndReason is why a leg ended.
type EndReason string

const (
	// EndRemote: the switch sent BYE, mostly because the callee hung up.
	EndRemote EndReason = "remote_hangup"
	// EndLocal: the session hung up or returned.
	EndLocal EndReason = "local_hangup"
	// EndNoAck: the answer was never acknowledged.
	EndNoAck EndReason = "no_ack"
	// EndNoMedia: no RTP came for the media timeout.
	EndNoMedia EndReason = "no_media"
	// EndExpired: the switch did not refresh the session that it asked for (RFC 4028).
	EndExpired EndReason = "session_expired"
	// EndShutdown: the server stopped.
	EndShutdown EndReason = "shutdown"
	// EndFault: the session panicked or the socket failed.
	EndFault EndReason = "fault"
)

// Cause is a Q.850 cause, which SIP carries in the Reason header (RFC 3326).
type Cause int

// The causes that a robot's leg tells or is told.
const (
	NormalClearing   Cause = 16
	UserBusy         Cause = 17
	NormalUnspecific Cause = 31
	TemporaryFailure Cause = 41
	TimerExpired     Cause = 102
	Interworking     Cause = 127
)

// reasonHeader is the value of a Reason header.
func (c Cause) reasonHeader() string {
	return fmt.Sprintf("Q.850;cause=%d", int(c))
}

// parseReason finds the Q.850 cause among the values of Reason headers; zero when there is none.
func parseReason(values []string) Cause {
	for _, header := range values {
		for value := range strings.SplitSeq(header, ",") {
			protocol, params, _ := strings.Cut(value, ";")
			if !strings.EqualFold(strings.TrimSpace(protocol), "Q.850") {
				continue
			}
			for param := range strings.SplitSeq(params, ";") {
				name, number, _ := strings.Cut(param, "=")
				if n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 7); err == nil && strings.TrimSpace(name) == "cause" {
					return Cause(n)
				}
			}
		}
	}
	return 0
}
