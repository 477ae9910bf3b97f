package access

import (
	"fmt"
	"sync"
	"time"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"github.com/outdial/outdial/shared/tenant"
)

// rules is the whole policy language: a subject is allowed an act by a rule of its own or of a template that it follows.
const rules = `
[request_definition]
r = sub, act

[policy_definition]
p = sub, act

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && g(r.sub, p.sub)
`

// maxLoaded bounds the roles that are held in memory.
const maxLoaded = 10_000

// Enforcer decides whether a role allows something. The rows of the store are the truth: it is asked with the role as it
// was just read, and loads its rules anew whenever the role has changed since. A role's rules stand alone, so that a
// decision costs the same however many tenants there are.
type Enforcer struct {
	mu     sync.RWMutex
	loaded map[RoleID]policy
}

// policy is what was loaded of a role; it is never changed, only replaced.
type policy struct {
	kind    tenant.Kind
	changed time.Time
	rules   *casbin.Enforcer
}

// NewEnforcer makes one that has loaded nothing.
func NewEnforcer() *Enforcer { return &Enforcer{loaded: map[RoleID]policy{}} }

// Allows tells whether the role holds the permission in a tenant of the kind.
func (e *Enforcer) Allows(r Role, kind tenant.Kind, p Permission) (bool, error) {
	if r.ID == 0 {
		return false, nil
	}
	e.mu.RLock()
	have, ok := e.loaded[r.ID]
	e.mu.RUnlock()
	if !ok || have.kind != kind || !have.changed.Equal(r.UpdatedAt) {
		var err error
		if have, err = load(r, kind); err != nil {
			return false, err
		}
		e.keep(r.ID, have)
	}
	return have.rules.Enforce(subject(r.ID), string(p))
}

// keep replaces what was loaded, unless somebody has loaded a later state meanwhile.
func (e *Enforcer) keep(id RoleID, p policy) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if have, ok := e.loaded[id]; ok && have.kind == p.kind && have.changed.After(p.changed) {
		return
	}
	for k := range e.loaded {
		if len(e.loaded) < maxLoaded {
			break
		}
		delete(e.loaded, k) // any: a role that is asked for again is loaded again
	}
	e.loaded[id] = p
}

func subject(id RoleID) string { return fmt.Sprintf("role:%d", id) }

// load turns a role into rules: those of the template that it follows, or its own.
func load(r Role, kind tenant.Kind) (policy, error) {
	m, err := model.NewModelFromString(rules)
	if err != nil {
		return policy{}, fmt.Errorf("read the policy model: %w", err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return policy{}, fmt.Errorf("make an enforcer: %w", err)
	}
	holder := subject(r.ID)
	if r.Follows() {
		holder = "template:" + string(r.Template)
		if _, err := e.AddGroupingPolicy(subject(r.ID), holder); err != nil {
			return policy{}, fmt.Errorf("have %s follow %s: %w", subject(r.ID), holder, err)
		}
	}
	for _, p := range r.Grants(kind) {
		if _, err := e.AddPolicy(holder, string(p)); err != nil {
			return policy{}, fmt.Errorf("load %s: %w", subject(r.ID), err)
		}
	}
	return policy{kind: kind, changed: r.UpdatedAt, rules: e}, nil
}
