package script_test

import (
	"testing"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

func TestExamplesAreWithoutFault(t *testing.T) {
	for _, language := range []string{"zh", "en"} {
		document, err := script.Example(language)
		if err != nil {
			t.Fatal(err)
		}
		if found, _ := script.Check(document); len(found) > 0 {
			t.Errorf("%s: %v", language, found)
		}
		same(t, document)
	}
	if _, err := script.Example("../templates/loan-follow-up"); !errs.Is(err, errs.NotFound) {
		t.Errorf("no example gives %v", err)
	}
}
