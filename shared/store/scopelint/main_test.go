package main

import (
	"strings"
	"testing"
)

func TestCheckFile(t *testing.T) {
	const good = `package store
func (s *Store) Call(ctx context.Context, scope tenant.Scope, id int) error { return nil }
func (s *Store) Migrate(ctx context.Context) error { return nil }
func (s *Store) Close() error { return nil }
func (s *Store) read(ctx context.Context, id int) error { return nil }
func (w *writer) Run(ctx context.Context, id int) error { return nil }
`
	if found, err := checkFile("good.go", []byte(good)); err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
	for name, source := range map[string]string{
		"method":     "package store\nfunc (s *Store) Calls(ctx context.Context, id int) error { return nil }",
		"late":       "package store\nfunc (s *Store) Calls(ctx context.Context, id int, scope tenant.Scope) error { return nil }",
		"value":      "package store\nfunc (s Store) Calls(ctx context.Context) error { return nil }",
		"interface":  "package call\ntype Store interface { Calls(ctx context.Context, id int) error }",
		"named":      "package org\ntype UnitStore interface { Calls(context.Context, ID) error }",
		"two in one": "package call\ntype Store interface { Calls(ctx, other context.Context) error }",
	} {
		if found, err := checkFile(name, []byte(source)); err != nil || len(found) != 1 || !strings.Contains(found[0], "Calls") {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	if _, err := checkFile("broken", []byte("package")); err == nil {
		t.Error("a file that cannot be read passes")
	}
}
