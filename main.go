// Outdial calls contact lists with robots. This file reads the command line; every role lives in its own folder.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // calling windows need zones on machines that have no zone files

	"github.com/alecthomas/kong"
)

// version is set by the linker for releases.
var version = "dev"

type commands struct {
	Config string `help:"YAML file with settings; OUTDIAL_... in the environment wins over it." type:"path" placeholder:"FILE"`
	Data   string `help:"Folder for the embedded database, uploads and recordings." placeholder:"DIR"`

	All      allCommand      `cmd:"" help:"Run every role in one process, with nothing else installed."`
	Admin    roleCommand     `cmd:"" help:"Run the API and the console."`
	Worker   roleCommand     `cmd:"" help:"Run the jobs: imports, exports, bulk changes, alarms."`
	Dialer   roleCommand     `cmd:"" help:"Run campaigns and calls."`
	Dialogue roleCommand     `cmd:"" help:"Run robots."`
	Switch   roleCommand     `cmd:"" help:"Run the embedded telephone switch."`
	Carrier  roleCommand     `cmd:"" help:"Run the carrier simulator."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database to this version's schema."`
	Password passwordCommand `cmd:"" help:"Give an account a new password and print it."`
	Demo     demoCommand     `cmd:"" help:"Place calls to the carrier simulator and print what came of them."`
	Script   scriptCommand   `cmd:"" help:"Check and test scripts that are kept as files."`
	Bench    benchCommand    `cmd:"" help:"Measure, and print ratios of one run."`
	Console  consoleCommand  `cmd:"" name:"bench-console" hidden:"" help:"Play an open console for the bench."`
	NLU      nluCommand      `cmd:"" name:"nlu" help:"Work with the understanding of sentences."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

type versionCommand struct{}

func (versionCommand) Run() error {
	_, err := fmt.Println("outdial", version)
	return err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parser := kong.Must(&c, kong.Name("outdial"), kong.Description("Outbound calling with robots."), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&c))
	k, err := parser.Parse(os.Args[1:])
	if err != nil {
		parser.Stdout = os.Stderr // what a command prints is for a program, what it complains about for a person
	}
	parser.FatalIfErrorf(err)
	if err := k.Run(&c); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "outdial:", err)
		os.Exit(1)
	}
}
