//go:build voices

package turnset

//go:generate go run ../../dialer/carriersim/voices/gen -dir .
//go:generate go run ../../dialer/carriersim/voices/gen -dir barging -more
