// Package sipmedia is the telephone of the robots: it takes the calls that the switch sends over SIP and owns each call's
// dialog, its RTP, its jitter buffer and the 20 ms clock that never stops. What is said and understood belongs to the
// session that attaches itself to a Leg; the package knows no scripts, no recognisers and no store.
//
//	switch --INVITE--> Server --Handler--> session
//	                     |                    |
//	                    Leg  <---Attach-------+
//	                     |   ----Digit, Tick-->   every 20 ms, in order
//	        RTP <------->+   <---160 samples--
//
// A leg ends once, for one reason, whoever ends it: by BYE from the switch, by Hangup, or because ACK or RTP stayed away.
package sipmedia
