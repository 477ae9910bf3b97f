package script

import _ "embed"

//go:embed demo/script.yaml
var demo []byte

// Demo is the script that comes with the product: a short offer in Mandarin whose sentences are all recorded.
func Demo() []byte { return append([]byte(nil), demo...) }
