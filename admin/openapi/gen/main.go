// Command gen writes the contract of the HTTP interface.
package main

import (
	"fmt"
	"os"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/clock"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FILE")
		os.Exit(2)
	}
	doc, err := api.New(api.Deps{Clock: clock.Real()}).Contract()
	if err == nil {
		err = os.WriteFile(os.Args[1], doc, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the contract was not written:", err)
		os.Exit(1)
	}
}
