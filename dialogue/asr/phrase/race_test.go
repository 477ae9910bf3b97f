//go:build race

package phrase

const raceDetector = true
