package store

import (
	"context"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/tenant"
)

// NoteTransfer writes how far a call's way to a person has come, and who took it. It is rare, and apart from what every
// call writes.
func (s *Store) NoteTransfer(ctx context.Context, scope tenant.Scope, id call.UUID, t call.Transfer, a call.Agent) error {
	set := map[string]any{"transfer": string(t)}
	if t == call.TransferConnected {
		set = agentSet(a)
		set["transfer"], set["agent_group_id"], set["agent_group"] = string(t), int64(a.Group), text(a.GroupName)
	}
	if t == call.TransferRequested {
		return s.noteCall(ctx, scope, id, set, "transfer = ''")
	}
	return s.noteCall(ctx, scope, id, set)
}

// NoteTakeOver writes who took the robot's place.
func (s *Store) NoteTakeOver(ctx context.Context, scope tenant.Scope, id call.UUID, a call.Agent) error {
	return s.noteCall(ctx, scope, id, agentSet(a))
}

func agentSet(a call.Agent) map[string]any {
	return map[string]any{"agent": text(a.Extension), "agent_asked_at": micros(a.Asked), "agent_at": micros(a.Connected)}
}

// noteCall writes columns of a call, where it reads as the conditions say.
func (s *Store) noteCall(ctx context.Context, scope tenant.Scope, id call.UUID, set map[string]any, where ...string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(id); err != nil {
		return err
	}
	q := query(ctx, s.write, scope, &callRow{}).Where("uuid = ?", string(id))
	for _, c := range where {
		q = q.Where(c)
	}
	r := q.Updates(set)
	if r.Error != nil || r.RowsAffected > 0 {
		return s.fail("note what became of a call", r.Error)
	}
	_, err := s.Call(ctx, scope, id) // MySQL counts rows that changed, and this one may read so already
	return err
}
