package wire

import "strings"

// Originate is a parsed originate command, as the switch's side reads it.
type Originate struct {
	Vars        []Var
	Endpoint    string // "sofia/carriers/13800138000@192.0.2.7:5060"
	Application string // "park", "bridge"; "" when Extension is set
	Argument    string // what stood in the application's parentheses
	Extension   string // a dialplan extension in place of &application
}

// Var returns a variable of the callee's leg.
func (o Originate) Var(name string) (string, bool) {
	for _, v := range o.Vars {
		if strings.EqualFold(v.Name, name) {
			return v.Value, true
		}
	}
	return "", false
}

// OriginateUsage is what the switch answers to arguments that it cannot read.
const OriginateUsage = "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]\n"

// ParseOriginate reads the arguments of originate (mod_commands.c, originate_function).
func ParseOriginate(args string) (Originate, error) {
	argv := Fields(args, 10)
	if len(argv) < 2 || len(argv) > 7 {
		return Originate{}, protocolError("originate has %d arguments, not 2 to 7", len(argv))
	}
	var o Originate
	var err error
	if o.Vars, o.Endpoint, err = ParseVars(argv[0]); err != nil {
		return Originate{}, err
	}
	if o.Endpoint == "" {
		return Originate{}, protocolError("originate names no endpoint")
	}
	app, ok := strings.CutPrefix(argv[1], "&")
	if !ok || app == "" {
		o.Extension = argv[1]
		return o, nil
	}
	app, _, _ = strings.Cut(app, ")")
	o.Application, o.Argument, _ = strings.Cut(app, "(")
	return o, nil
}
