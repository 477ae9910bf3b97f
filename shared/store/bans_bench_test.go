package store

import (
	"path/filepath"
	"testing"

	"github.com/outdial/outdial/shared/tenant"
)

// BenchmarkClaimable measures what the look for a ban adds to a claim, three levels below the operator among a thousand
// companies.
func BenchmarkClaimable(b *testing.B) {
	ctx := b.Context()
	s, err := Open(ctx, Config{DSN: "sqlite://" + filepath.Join(b.TempDir(), "outdial.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	parent := tenant.ID(0)
	for _, kind := range []tenant.Kind{tenant.Operator, tenant.Reseller, tenant.Reseller, tenant.Merchant} {
		t := tenant.Tenant{Parent: parent, Kind: kind, Name: "x", Zone: "UTC"}
		if err := s.CreateTenant(ctx, tenant.Platform(), &t); err != nil {
			b.Fatal(err)
		}
		parent = t.ID
	}
	for range 1000 {
		if err := s.CreateTenant(ctx, tenant.Platform(), &tenant.Tenant{Parent: 1, Kind: tenant.Merchant, Name: "x", Zone: "UTC"}); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.write.Create(&campaignRow{Tenant: int64(parent), State: "running", DNCGroups: "[]", RedialOn: "[]"}).Error; err != nil {
		b.Fatal(err)
	}
	tx, err := s.begin(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for b.Loop() {
		if _, err := claimable(ctx, tx, 1); err != nil {
			b.Fatal(err)
		}
	}
}
