package jobs

import "context"

// GiveUp lets a test skip the tries before the last.
var GiveUp = (*Worker).giveUp

// RunPrune is an hour's run, without the queue.
func RunPrune(ctx context.Context, w *Worker) error { return w.runPrune(ctx, nil) }
