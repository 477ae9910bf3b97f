// Package softswitch is the embedded telephone switch: a default for one machine, so that calls can be placed with nothing
// installed. It serves the event socket protocol of FreeSWITCH (mod_event_socket) to the dialer, places and takes calls
// over SIP, and relays and records their RTP. Its replies and events are those of FreeSWITCH 1.10 as far as they go, so
// that the same dialer runs against both.
//
// It owns legs, bridges, recordings, registrations of softphones and gateways. It does not own campaigns, robots or
// call records, and keeps nothing on disk but recordings: a switch that starts again has no calls and says so.
//
// What it does not do: transports other than UDP, SIP messages over 1300 bytes, offers that come with the ACK, IPv6, SRTP, codecs other than G.711, video, T.38, RTCP, jitter buffers,
// conferences, voicemail, attended transfer, REFER, presence, a dialplan language beyond application lists, events in
// JSON or XML, outbound event sockets, and calls that survive its own restart. Use FreeSWITCH for any of these, for more
// than a few hundred calls, and for every network that is not your own.
//
// Who eavesdrops on a leg only listens: the switch behaves as if eavesdrop_enable_dtmf were false, so that no key whispers
// into the call or ends the listening. The word "all", groups and announcements of FreeSWITCH's eavesdrop are not known.
package softswitch
