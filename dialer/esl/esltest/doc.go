// Package esltest is the conformance suite of the switch: what dialer/esl needs a switch to do, asked over the event
// socket and answered over SIP. The same tests run against the embedded switch and against FreeSWITCH, so that neither
// can drift from what the dialer believes.
//
// The suite brings its own callees: a SIP answerer on loopback whose numbers busy out, refuse, ring, play early media or
// answer as each test asks. It tests no campaign, no robot and no timing finer than a second.
package esltest
