package notify

// Facts are what a notification says, without the words: whoever shows it says it in its reader's language, and falls back
// to the title and the body, which are Chinese, where it does not know what to make of them. Which of them are set follows
// from the kind; numbers that the kind speaks of are there though they are zero.
type Facts struct {
	Campaign   string `json:"campaign,omitempty"` // its name
	CampaignID int64  `json:"campaign_id,omitempty"`

	// Of an alarm: the rule, what was measured, what was set, and over how many calls or numbers. Rates are parts of 1,
	// durations are seconds.
	Rule  string  `json:"rule,omitempty"`
	Value float64 `json:"value,omitempty"`
	Limit float64 `json:"limit,omitempty"`
	Calls int     `json:"calls,omitempty"`

	// Of what has ended: "finished", "failed" or "terminated", and the English reason where it is stored with one.
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"`

	// Of an import or an export.
	ID       int64  `json:"id,omitempty"`
	File     string `json:"file,omitempty"`
	Work     string `json:"work,omitempty"` // the kind of an export
	Total    int    `json:"total,omitempty"`
	Accepted int    `json:"accepted,omitempty"`
	Rejected int    `json:"rejected,omitempty"`
	Rows     int    `json:"rows,omitempty"`

	// Of a script: its name, the version's number and whose it is. ID is the version, Reason what was said of it.
	Script   string `json:"script,omitempty"`
	ScriptID int64  `json:"script_id,omitempty"`
	Version  int    `json:"version,omitempty"`
	Company  string `json:"company,omitempty"`

	// Of an announcement.
	Announcement int64  `json:"announcement_id,omitempty"`
	Level        string `json:"level,omitempty"`
}
