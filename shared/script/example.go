package script

import (
	"embed"

	"github.com/outdial/outdial/shared/errs"
)

//go:embed example
var examples embed.FS

// Example is the document of a small script that uses what a workbook has columns for: those who write in a workbook fill it in.
func Example(language string) ([]byte, error) {
	source, err := examples.ReadFile("example/" + language + ".yaml")
	if err != nil {
		return nil, errs.Missing("template", language)
	}
	return Document(source)
}
