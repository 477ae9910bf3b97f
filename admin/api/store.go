package api

import (
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
	"github.com/outdial/outdial/shared/unmatched"
)

// Store is what the API reads and writes: the store of every noun it shows.
type Store interface {
	access.Store
	tenant.Store
	org.Store
	oplog.Store
	notify.Store
	script.Store
	trunk.Store
	contact.Store
	campaign.Store
	dnc.Store
	agent.Store
	call.Store
	listening.Store
	push.Store
	export.Store
	transcript.Store
	transcript.Archive
	unmatched.Store
	figures.HomeStore
	figures.Store
	alarm.Store
}
