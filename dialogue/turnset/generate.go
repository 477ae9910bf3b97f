//go:build voices

package turnset

//go:generate go run ../../dialer/carriersim/voices/gen -dir .
