// Package sql owns the schema: numbered migrations, one folder per database, embedded in the binary. The two folders
// describe the same tables; shared/store is the only reader.
//
// Representations, the same in both databases: a time is a BIGINT of microseconds since 1970 in UTC, zero for "never"; a
// duration is a BIGINT of microseconds; an enum is its word; a UUID is its 36 characters, so that text order is age;
// lists and maps are JSON text. There are no foreign keys: rows are not deleted while anything names them, and the store
// checks who owns what in the statement that writes.
package sql

import "embed"

// Migrations holds the folders mysql and sqlite.
//
//go:embed mysql/*.sql sqlite/*.sql
var Migrations embed.FS
