package pushes

import "context"

// Look is one round of looking and sending, to its end.
func (s *Sender) Look(ctx context.Context) {
	s.look(ctx)
	s.owned.Wait()
}
