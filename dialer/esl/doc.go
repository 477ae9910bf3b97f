// Package esl is the dialer's hand on the telephone switch, and the only package that knows FreeSWITCH: it dials the
// event socket, keeps one connection alive, sends commands whose every value has passed one encoder, and delivers events
// in order to whoever owns the call.
//
// A Client holds one connection at a time. One goroutine reads it; replies are matched to commands by order, and the
// results of background jobs by a Job-UUID that the client made and registered before it sent the job. When anything
// about that order becomes doubtful (a reply that does not come, a frame that cannot be read, silence longer than the
// heartbeat allows) the connection is given up as a whole, everything that waited on it is told so, and a new one is
// dialled, subscribed, and handed the list of live channels to reconcile.
//
// The package does not own calls: which event means what for a call is decided in dialer/callctl. The bytes of the
// protocol are in the package wire below this one, the embedded switch's side in dialer/softswitch.
package esl
