// Package silero owns the choice of Silero's voice detector in place of the energy detector. It needs onnxruntime's library and
// the model's file on the machine, and a binary built with the tag silero:
//
//	go build -tags silero .
//
// Without the tag Open refuses; nothing of onnxruntime is in the binary then.
package silero
