package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/outdial/outdial/shared/store"
)

// emptyFile is a database with the schema and nothing else. To make one takes longer than most tests, so a process makes
// one, and each test gets a copy.
var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "outdial-test-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "empty.db")
	s, err := store.Open(context.Background(), store.Config{DSN: "sqlite://" + path})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.Migrate(context.Background()), s.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// WriteEmpty makes a migrated SQLite file without a row at the path, as Migrate leaves it.
func WriteEmpty(tb testing.TB, path string) {
	tb.Helper()
	content, err := emptyFile()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// Empty opens a migrated SQLite file without a row, which it makes at the path. The store is closed with the test.
func Empty(tb testing.TB, path string) *store.Store {
	tb.Helper()
	WriteEmpty(tb, path)
	s, err := store.Open(tb.Context(), store.Config{DSN: "sqlite://" + path})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}
