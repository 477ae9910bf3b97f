package phrase

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/shared/audio"
)

//go:embed enrolled/phrases.bin
var enrolled embed.FS

// Enrolled is the set that comes with the product: the sentences that simulated callees and network announcements say,
// in Mandarin and English, by six synthetic voices each.
func Enrolled() (*Set, error) {
	raw, err := enrolled.ReadFile("enrolled/phrases.bin")
	if err != nil {
		return nil, err
	}
	return ReadSet(bytes.NewReader(raw))
}

// IndexFile lists the recordings of a folder: file name, tab, text.
const IndexFile = "index.tsv"

// EnrollFolder adds the recordings of a folder: WAV files named by its index.tsv. Several lines may give one text.
func (s *Set) EnrollFolder(dir fs.FS) error {
	refuse := func(tried string, cause error) error {
		return &asr.Error{Kind: asr.Config, Provider: Name, Tried: tried, Cause: cause}
	}
	f, err := dir.Open(IndexFile)
	if err != nil {
		return refuse("open the index of the phrase folder", err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimRight(sc.Text(), "\r")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		name, phrase, ok := strings.Cut(text, "\t")
		if !ok {
			return refuse(fmt.Sprintf("read %s line %d: expected file, tab, text", IndexFile, line), nil)
		}
		if err := s.enrollFile(dir, name, strings.TrimSpace(phrase)); err != nil {
			return refuse(fmt.Sprintf("enrol %s (line %d of %s)", name, line, IndexFile), err)
		}
	}
	if err := sc.Err(); err != nil {
		return refuse("read "+IndexFile, err)
	}
	return nil
}

func (s *Set) enrollFile(dir fs.FS, name, text string) error {
	f, err := dir.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	pcm, err := audio.ReadWAV(f)
	if err != nil {
		return err
	}
	return s.Enroll(text, pcm)
}
