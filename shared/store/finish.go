package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// cdrColumns are the columns that a CDR takes over from its call.
const cdrColumns = "uuid, tenant_id, campaign_id, contact_id, ordinal, script_version_id, trunk_id, number, caller_id, created_at, ringing_at," +
	" early_at, answered_at, ended_at, answered, end_reason, fault, disposition, hung_up_by, sip_code, q850, cause, grade, turns," +
	" " + lineColumns

// FinishCall writes the end of a call: attempt, call, contact and CDR, all or nothing. The attempt's state is the guard:
// whoever finds it finished already gets a Conflict and writes nothing. An attempt whose dialer died before the call was
// written gets its call here.
func (s *Store) FinishCall(ctx context.Context, scope tenant.Scope, f call.Finish) error {
	c := f.Call
	if err := settle(scope, &c.Tenant, "call"); err != nil {
		return err
	}
	if err := checkUUID(c.UUID); err != nil {
		return err
	}
	if c.State != call.Ended {
		return errs.New(errs.Invalid, "call %s is finished in state %s instead of ended", c.UUID, c.State)
	}
	f.Call = c
	return s.writer.share(ctx, string(c.UUID), "finish a call", finishing, f, func(ctx context.Context, tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE attempts SET state = 'finished' WHERE uuid = ? AND "+live+" AND tenant_id = ? AND campaign_id = ? AND contact_id = ?"+
			" AND ordinal = ?", string(c.UUID), int64(c.Tenant), int64(c.Campaign), int64(c.Contact), c.Ordinal)
		if err != nil {
			return err
		}
		if n == 0 {
			return refuseAttempt(ctx, tx, c, "end", call.Claimed, call.Dialing)
		}
		if err := endCall(ctx, tx, c); err != nil {
			return err
		}
		if err := s.settleContact(ctx, tx, f); err != nil {
			return err
		}
		if err := s.handOver(ctx, tx, f); err != nil {
			return err
		}
		if err := queuePushes(ctx, tx, string(c.UUID)); err != nil {
			return err
		}
		_, err = exec(ctx, tx, "INSERT INTO cdrs ("+cdrColumns+") SELECT "+cdrColumns+" FROM calls WHERE uuid = ?", string(c.UUID))
		return err
	})
}

// endArgs are what changes when a call ends.
func endArgs(c call.Call) []any {
	o := c.Outcome
	return append(append(progressArgs(c), c.Turns, number(o.Answered), string(o.EndReason), string(o.Fault), string(o.Disposition), string(o.HungUpBy), o.SIPCode, o.Q850,
		text(o.Cause), talkMicros(c), int64(call.FacetOf(c))), lineArgs(o)...)
}

// endCall ends the call's row, or writes one when there is none.
func endCall(ctx context.Context, tx *sql.Tx, c call.Call) error {
	args := append(endArgs(c), string(c.UUID))
	n, err := exec(ctx, tx, "UPDATE calls SET "+progressSet+", turns = ?, answered = ?, end_reason = ?, fault = ?, disposition = ?, hung_up_by = ?, sip_code = ?,"+
		" q850 = ?, cause = ?, talk = ?, facet = ?, "+lineSet+" WHERE uuid = ? AND state <> 'ended'", args...)
	if err != nil || n > 0 {
		return err
	}
	switch _, err := callState(ctx, tx, tenant.Of(c.Tenant), c.UUID); {
	case err == nil:
		return undo{errs.New(errs.Conflict, "call %s has ended already", c.UUID)}
	case !errs.Is(err, errs.NotFound):
		return err
	}
	if c.Number.IsZero() {
		var number, name, vars string
		err := tx.QueryRowContext(ctx, "SELECT number, name, vars FROM contacts WHERE id = ?", int64(c.Contact)).Scan(&number, &name, &vars)
		if errors.Is(err, sql.ErrNoRows) {
			return undo{errs.Missing("contact", c.Contact)}
		}
		if err != nil {
			return err
		}
		if c.Number, err = contact.NumberFromStore(number); err != nil {
			return undo{unreadable("contact", c.Contact, err)}
		}
		var known map[string]string
		if err := fromJSON(vars, &known, "contact", c.Contact); err != nil {
			return undo{err}
		}
		if c.Name == "" {
			c.Name = name
		}
		if c.Customer == "" {
			c.Customer = contact.Customer(known)
		}
	}
	_, err = exec(ctx, tx, "INSERT INTO calls "+callColumns+" VALUES ("+marks(callValues)+")", callArgs(c)...)
	return err
}

// settleContact carries out the redial verdict. The contact keeps an earlier grade when this call has none. A contact that
// was moved by hand meanwhile stays where it was put: that is no reason to lose the CDR.
func (s *Store) settleContact(ctx context.Context, tx *sql.Tx, f call.Finish) error {
	c := f.Call
	n, err := exec(ctx, tx, "UPDATE contacts SET state = ?, not_before = ?, own_faults = own_faults + ?, disposition = ?,"+
		" grade = CASE WHEN ? = '' THEN grade ELSE ? END, updated_at = ? WHERE id = ? AND state = 'calling'",
		string(verdict(f)), micros(next(f)), number(f.OwnFault), string(c.Outcome.Disposition), c.Grade, c.Grade, micros(f.At), int64(c.Contact))
	if err == nil && n == 0 {
		s.log.Error("contact left alone at the end of its call: its row was changed by hand", "contact", int64(c.Contact), "call", string(c.UUID))
	}
	return err
}

func verdict(f call.Finish) contact.State {
	if f.Again {
		return contact.Waiting
	}
	return contact.Finished
}

// next is when the contact may be called again, or when it was finished: what ended lately is counted by it.
func next(f call.Finish) time.Time {
	if f.Again {
		return f.NotBefore
	}
	return f.At
}

type cdrRow struct {
	ID  int64   `gorm:"column:id"`
	Row callRow `gorm:"embedded"`
}

// CDR reads the record of a call that has ended.
func (s *Store) CDR(ctx context.Context, scope tenant.Scope, id call.UUID) (call.CDR, error) {
	if err := scope.Check(); err != nil {
		return call.CDR{}, err
	}
	if err := checkUUID(id); err != nil {
		return call.CDR{}, err
	}
	q := s.read.WithContext(ctx).Table("cdrs").Scopes(owned(scope, "tenant_id")).Select("id, "+cdrColumns).Where("uuid = ?", string(id))
	r, err := one[cdrRow](s, q, "CDR of call", id)
	if err != nil {
		return call.CDR{}, err
	}
	number, err := contact.NumberFromStore(r.Row.Number)
	if err != nil {
		return call.CDR{}, unreadable("CDR of call", id, err)
	}
	return call.CDR{ID: r.ID, UUID: id, Tenant: tenant.ID(r.Row.Tenant), Campaign: contact.CampaignID(r.Row.Campaign), Contact: contact.ID(r.Row.Contact),
		Ordinal: r.Row.Ordinal, Script: script.VersionID(r.Row.Script), Trunk: trunk.ID(r.Row.Trunk), Number: number, CallerID: r.Row.CallerID,
		Times: r.Row.times(), Outcome: r.Row.outcome(), Grade: r.Row.Grade, Turns: r.Row.Turns}, nil
}
