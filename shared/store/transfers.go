package store

import (
	"context"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/tenant"
)

// NoteTransfer writes how far a call's way to a person has come, and who took it. It is rare, and apart from what every
// call writes.
func (s *Store) NoteTransfer(ctx context.Context, scope tenant.Scope, id call.UUID, t call.Transfer, a call.Agent) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(id); err != nil {
		return err
	}
	set := map[string]any{"transfer": string(t)}
	if t == call.TransferConnected {
		set["agent_group_id"], set["agent_group"] = int64(a.Group), text(a.GroupName)
		set["agent"], set["agent_asked_at"], set["agent_at"] = text(a.Extension), micros(a.Asked), micros(a.Connected)
	}
	q := query(ctx, s.write, scope, &callRow{}).Where("uuid = ?", string(id))
	if t == call.TransferRequested {
		q = q.Where("transfer = ''")
	}
	r := q.Updates(set)
	if r.Error != nil || r.RowsAffected > 0 {
		return s.fail("note a transfer", r.Error)
	}
	_, err := s.Call(ctx, scope, id) // MySQL counts rows that changed, and this one may read so already
	return err
}
