package esl

import (
	"context"
	"regexp"
	"strconv"
	"strings"
)

// Status is how the switch is.
type Status struct {
	Ready       bool
	Version     string
	Sessions    int // legs now
	MaxSessions int
	PerSecond   int // legs started per second now
	MaxPerSec   int // and at most
	Text        string
}

var (
	statusReady   = regexp.MustCompile(`\(Version ([^)]*)\) is ready`)
	statusNow     = regexp.MustCompile(`(?m)^(\d+) session\(s\) - `)
	statusRate    = regexp.MustCompile(`(?m)^(\d+) session\(s\) per Sec out of max (\d+)`)
	statusMaximum = regexp.MustCompile(`(?m)^(\d+) session\(s\) max`)
)

// Status asks the switch how it is.
func (c *Client) Status(ctx context.Context) (Status, error) {
	out, err := c.API(ctx, "status")
	if err != nil {
		return Status{}, err
	}
	return ParseStatus(out), nil
}

// ParseStatus reads the output of `status`; what is not there stays zero.
func ParseStatus(out string) Status {
	s := Status{Text: out}
	if m := statusReady.FindStringSubmatch(out); m != nil {
		s.Ready, s.Version = true, m[1]
	}
	if m := statusNow.FindStringSubmatch(out); m != nil {
		s.Sessions, _ = strconv.Atoi(m[1])
	}
	if m := statusRate.FindStringSubmatch(out); m != nil {
		s.PerSecond, _ = strconv.Atoi(m[1])
		s.MaxPerSec, _ = strconv.Atoi(m[2])
	}
	if m := statusMaximum.FindStringSubmatch(out); m != nil {
		s.MaxSessions, _ = strconv.Atoi(m[1])
	}
	return s
}

// SofiaEntry is one row of `sofia status`: a profile, an alias of one, or a gateway ("carriers::carrier-a").
type SofiaEntry struct {
	Name, Type, Data, State string
}

// SofiaStatus lists profiles and gateways.
func (c *Client) SofiaStatus(ctx context.Context) ([]SofiaEntry, error) {
	out, err := c.API(ctx, "sofia", "status")
	if err != nil {
		return nil, err
	}
	return ParseSofiaStatus(out), nil
}

// ParseSofiaStatus reads the table: four columns parted by tabs, padded with blanks.
func ParseSofiaStatus(out string) []SofiaEntry {
	var rows []SofiaEntry
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 4 {
			continue
		}
		row := SofiaEntry{strings.TrimSpace(f[0]), strings.TrimSpace(f[1]), strings.TrimSpace(f[2]), strings.TrimSpace(f[3])}
		if row.Name != "Name" || row.Type != "Type" {
			rows = append(rows, row)
		}
	}
	return rows
}
