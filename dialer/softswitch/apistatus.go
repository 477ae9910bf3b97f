package softswitch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

const showUsage = "-USAGE: channels [count|like <match string>] [as json]|calls [count]|registrations|status\n"

// channelRow is a line of `show channels`, with the columns of FreeSWITCH's table in their order.
type channelRow struct {
	UUID            string `json:"uuid"`
	Direction       string `json:"direction"`
	Created         string `json:"created"`
	CreatedEpoch    string `json:"created_epoch"`
	Name            string `json:"name"`
	State           string `json:"state"`
	CallerName      string `json:"cid_name"`
	CallerNumber    string `json:"cid_num"`
	Address         string `json:"ip_addr"`
	Dest            string `json:"dest"`
	Application     string `json:"application"`
	ApplicationData string `json:"application_data"`
	Dialplan        string `json:"dialplan"`
	Context         string `json:"context"`
	ReadCodec       string `json:"read_codec"`
	ReadRate        string `json:"read_rate"`
	ReadBitRate     string `json:"read_bit_rate"`
	WriteCodec      string `json:"write_codec"`
	WriteRate       string `json:"write_rate"`
	WriteBitRate    string `json:"write_bit_rate"`
	Secure          string `json:"secure"`
	Hostname        string `json:"hostname"`
	PresenceID      string `json:"presence_id"`
	PresenceData    string `json:"presence_data"`
	AccountCode     string `json:"accountcode"`
	CallState       string `json:"callstate"`
	CalleeName      string `json:"callee_name"`
	CalleeNumber    string `json:"callee_num"`
	CalleeDirection string `json:"callee_direction"`
	CallUUID        string `json:"call_uuid"`
	SentName        string `json:"sent_callee_name"`
	SentNumber      string `json:"sent_callee_num"`
	InitialName     string `json:"initial_cid_name"`
	InitialNumber   string `json:"initial_cid_num"`
	InitialAddress  string `json:"initial_ip_addr"`
	InitialDest     string `json:"initial_dest"`
	InitialDialplan string `json:"initial_dialplan"`
	InitialContext  string `json:"initial_context"`
}

const channelColumns = "uuid,direction,created,created_epoch,name,state,cid_name,cid_num,ip_addr,dest,application," +
	"application_data,dialplan,context,read_codec,read_rate,read_bit_rate,write_codec,write_rate,write_bit_rate,secure," +
	"hostname,presence_id,presence_data,accountcode,callstate,callee_name,callee_num,callee_direction,call_uuid," +
	"sent_callee_name,sent_callee_num,initial_cid_name,initial_cid_num,initial_ip_addr,initial_dest,initial_dialplan," +
	"initial_context"

func (r channelRow) fields() []string {
	return []string{
		r.UUID, r.Direction, r.Created, r.CreatedEpoch, r.Name, r.State, r.CallerName, r.CallerNumber, r.Address, r.Dest,
		r.Application, r.ApplicationData, r.Dialplan, r.Context, r.ReadCodec, r.ReadRate, r.ReadBitRate, r.WriteCodec,
		r.WriteRate, r.WriteBitRate, r.Secure, r.Hostname, r.PresenceID, r.PresenceData, r.AccountCode, r.CallState,
		r.CalleeName, r.CalleeNumber, r.CalleeDirection, r.CallUUID, r.SentName, r.SentNumber, r.InitialName,
		r.InitialNumber, r.InitialAddress, r.InitialDest, r.InitialDialplan, r.InitialContext,
	}
}

func (l *leg) row() channelRow {
	r := channelRow{
		UUID: l.id, Direction: l.direction(), Created: l.times.created.Format(time.DateTime),
		CreatedEpoch: strconv.FormatInt(l.times.created.Unix(), 10), Name: l.name, State: l.state.String(),
		CallerName: l.caller.name, CallerNumber: l.caller.number, Address: l.network, Dest: l.dest,
		Application: l.app.name, ApplicationData: l.app.arg, Context: "default", Hostname: l.sw.host,
		CallState: callStateNames[l.shown], CalleeName: l.callee.name, CalleeNumber: l.callee.number, CallUUID: l.callUUID(),
		InitialName: l.caller.name, InitialNumber: l.caller.number, InitialDest: l.dest, InitialContext: "default",
	}
	if codec, ok := l.media.codec(); ok {
		r.ReadCodec, r.WriteCodec = codec, codec
		r.ReadRate, r.WriteRate, r.ReadBitRate, r.WriteBitRate = "8000", "8000", "64000", "64000"
	}
	return r
}

func (sw *Switch) apiShow(_ context.Context, args string) string {
	argv := wire.Fields(args, 8)
	asJSON := false
	if i := slices.Index(argv, "as"); i >= 0 {
		asJSON = i+1 < len(argv) && strings.EqualFold(argv[i+1], "json")
		argv = argv[:i]
	}
	if len(argv) == 0 {
		return showUsage
	}
	var match string
	count := len(argv) > 1 && argv[1] == "count"
	if len(argv) > 2 && argv[1] == "like" {
		match = strings.Trim(argv[2], "%")
	}
	switch strings.ToLower(argv[0]) {
	case "channels", "calls", "bridged_calls", "detailed_calls":
	case "registrations":
		return sw.showCount(sw.regs.count(), asJSON)
	case "status":
		return sw.apiStatus(sw.ctx, "")
	default:
		return showUsage
	}
	rows := sw.channelRows(match, strings.Contains(argv[0], "bridged"))
	if count {
		return sw.showCount(len(rows), asJSON)
	}
	if asJSON {
		return rowsJSON(rows)
	}
	var b strings.Builder
	if len(rows) > 0 {
		b.WriteString(channelColumns + "\n")
	}
	for _, r := range rows {
		for i, f := range r.fields() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(csvField(f))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "\n%d total.\n", len(rows))
	return b.String()
}

// csvField quotes what would break a row.
func csvField(s string) string {
	if strings.ContainsAny(s, ",\"\r\n") {
		return `"` + strings.NewReplacer(`"`, `""`, "\r", " ", "\n", " ").Replace(s) + `"`
	}
	return s
}

func (sw *Switch) channelRows(match string, bridged bool) []channelRow {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	rows := make([]channelRow, 0, len(sw.legs))
	for _, l := range sw.legs {
		if match != "" && !strings.Contains(l.id, match) && !strings.Contains(l.name, match) && !strings.Contains(l.caller.number, match) {
			continue
		}
		if bridged && l.bridge == nil {
			continue
		}
		rows = append(rows, l.row())
	}
	slices.SortFunc(rows, func(a, b channelRow) int { return strings.Compare(a.CreatedEpoch+a.UUID, b.CreatedEpoch+b.UUID) })
	return rows
}

func rowsJSON(rows []channelRow) string {
	if len(rows) == 0 {
		return `{"row_count": 0}` + "\n"
	}
	b, err := json.Marshal(struct {
		Count int          `json:"row_count"`
		Rows  []channelRow `json:"rows"`
	}{len(rows), rows})
	if err != nil {
		return "-ERR " + err.Error() + "\n" // strings only: it does not fail
	}
	return string(b)
}

func (sw *Switch) showCount(n int, asJSON bool) string {
	if asJSON {
		return fmt.Sprintf(`{"row_count": %d}`+"\n", n)
	}
	return fmt.Sprintf("\n%d total.\n", n)
}

func (sw *Switch) apiStatus(context.Context, string) string {
	n := sw.admit.load()
	var b strings.Builder
	fmt.Fprintf(&b, "UP %s\n", uptimeText(uptime(sw.started, sw.clock.Now())))
	fmt.Fprintf(&b, "FreeSWITCH (Version %s  64bit) is ready\n", versionText)
	fmt.Fprintf(&b, "%d session(s) since startup\n", n.total)
	fmt.Fprintf(&b, "%d session(s) - peak %d, last 5min %d \n", n.live, n.peak, n.peak)
	fmt.Fprintf(&b, "%d session(s) per Sec out of max %d, peak %d, last 5min %d \n", n.perSec, n.perSecLimit, n.perSecPeak, n.perSecPeak)
	fmt.Fprintf(&b, "%d session(s) max\n", n.max)
	return b.String()
}

func (sw *Switch) apiVersion(_ context.Context, args string) string {
	if strings.EqualFold(args, "short") {
		return versionText + "\n"
	}
	return "FreeSWITCH Version " + versionText + " (embedded in Outdial)\n"
}

func (sw *Switch) apiUptime(_ context.Context, args string) string {
	up := uptime(sw.started, sw.clock.Now())
	switch args {
	case "ms":
		return strconv.FormatInt(up.Milliseconds(), 10) + "\n"
	case "us":
		return strconv.FormatInt(up.Microseconds(), 10) + "\n"
	}
	return strconv.FormatInt(int64(up/time.Second), 10) + "\n"
}

// apiControl reads and sets the two limits that operators turn.
func (sw *Switch) apiControl(_ context.Context, args string) string {
	argv := wire.Fields(args, 2)
	n := 0
	if len(argv) == 2 {
		var err error
		if n, err = strconv.Atoi(argv[1]); err != nil || n < 0 {
			return "-ERR invalid number\n"
		}
	}
	if len(argv) > 0 {
		switch strings.ToLower(argv[0]) {
		case "sps":
			perSec, _ := sw.admit.limits(n, 0)
			return fmt.Sprintf("+OK sessions per second: %d\n", perSec)
		case "max_sessions":
			_, limit := sw.admit.limits(0, n)
			return fmt.Sprintf("+OK max sessions: %d\n", limit)
		}
	}
	return "-USAGE: [sps [num]|max_sessions [num]]\n"
}
