package store

import (
	"context"
	"math"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/tenant"
)

// lineRow is what the sound of a call's line said; confidences in thousandths.
type lineRow struct {
	LineStatus         string `gorm:"column:line_status"`
	LineConfidence     int64  `gorm:"column:line_confidence"`
	LineBy             string `gorm:"column:line_by"`
	LineAfter          int64  `gorm:"column:line_after"`
	AnsweredByWhom     string `gorm:"column:answered_by"`
	AnsweredConfidence int64  `gorm:"column:answered_confidence"`
	AnsweredFrom       string `gorm:"column:answered_from"`
	AnsweredAfter      int64  `gorm:"column:answered_after"`
}

func (r lineRow) line() linestatus.Verdict {
	return linestatus.Verdict{Status: linestatus.Status(r.LineStatus), Confidence: float64(r.LineConfidence) / 1000, By: linestatus.By(r.LineBy), After: durationOf(r.LineAfter)}
}

func (r lineRow) answeredBy() linestatus.Verdict {
	return linestatus.Verdict{Status: linestatus.Status(r.AnsweredByWhom), Confidence: float64(r.AnsweredConfidence) / 1000, By: linestatus.By(r.AnsweredFrom),
		After: durationOf(r.AnsweredAfter)}
}

const (
	lineColumns = "line_status, line_confidence, line_by, line_after, answered_by, answered_confidence, answered_from, answered_after"
	lineSet     = "line_status = ?, line_confidence = ?, line_by = ?, line_after = ?, answered_by = ?, answered_confidence = ?, answered_from = ?, answered_after = ?"
	lineSetAll  = "line_status = v_line_status, line_confidence = v_line_confidence, line_by = v_line_by, line_after = v_line_after," +
		" answered_by = v_answered_by, answered_confidence = v_answered_confidence, answered_from = v_answered_from, answered_after = v_answered_after"
)

func lineColumnsAll() []column {
	return []column{{"v_line_status", asText}, {"v_line_confidence", asNumber}, {"v_line_by", asText}, {"v_line_after", asNumber},
		{"v_answered_by", asText}, {"v_answered_confidence", asNumber}, {"v_answered_from", asText}, {"v_answered_after", asNumber}}
}

func lineArgs(o call.Outcome) []any {
	return append(verdictArgs(o.Line), verdictArgs(o.AnsweredBy)...)
}

func verdictArgs(v linestatus.Verdict) []any {
	return []any{string(v.Status), int64(math.Round(v.Confidence * 1000)), string(v.By), microsOf(v.After)}
}

// NoteLine writes what was heard of a call that goes on: of its line, or of who answered.
func (s *Store) NoteLine(ctx context.Context, scope tenant.Scope, id call.UUID, v linestatus.Verdict) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(id); err != nil {
		return err
	}
	if !v.Valid() {
		return errs.New(errs.Invalid, "call %s: %q is no verdict on a line", id, v.Status)
	}
	args := verdictArgs(v)
	set := map[string]any{"line_status": args[0], "line_confidence": args[1], "line_by": args[2], "line_after": args[3]}
	if v.Status.Answer() {
		set = map[string]any{"answered_by": args[0], "answered_confidence": args[1], "answered_from": args[2], "answered_after": args[3]}
	}
	r := query(ctx, s.write, scope, &callRow{}).Where("uuid = ? AND state <> 'ended'", string(id)).Updates(set)
	if r.Error != nil || r.RowsAffected > 0 {
		return s.fail("note what a line said", r.Error)
	}
	c, err := s.Call(ctx, scope, id)
	if err == nil && c.State == call.Ended {
		return errs.New(errs.Conflict, "call %s has ended already", id)
	}
	return err
}
