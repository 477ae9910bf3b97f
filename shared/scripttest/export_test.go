package scripttest

import "github.com/outdial/outdial/shared/nlu"

// Phrases are what simulated callees of a language say.
func Phrases(language string) map[nlu.Intent][]string { return phrasesOf(language) }

// ValuesOf is what callees of a language say where a node collects something.
var ValuesOf = valuesOf
