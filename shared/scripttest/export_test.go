package scripttest

import "github.com/outdial/outdial/shared/nlu"

// Phrases are what simulated callees of a language say.
func Phrases(language string) map[nlu.Intent][]string { return phrasesOf(language) }
