package store_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// unscoped are the only methods that serve no tenant.
var unscoped = map[string]bool{"Close": true, "Migrate": true, "Ping": true}

func TestEveryMethodTakesAScope(t *testing.T) {
	ctx, scope := reflect.TypeFor[context.Context](), reflect.TypeFor[tenant.Scope]()
	s := reflect.TypeFor[*store.Store]()
	scoped := 0
	for i := range s.NumMethod() {
		m := s.Method(i)
		if unscoped[m.Name] {
			continue
		}
		if m.Type.NumIn() < 3 || m.Type.In(1) != ctx || m.Type.In(2) != scope {
			t.Errorf("%s%v does not begin with a context and a tenant scope", m.Name, m.Type)
			continue
		}
		scoped++
		if m.Type.NumOut() == 0 || m.Type.Out(m.Type.NumOut()-1) != reflect.TypeFor[error]() {
			t.Errorf("%s%v does not end with an error", m.Name, m.Type)
		}
		refusesZeroScope(t, s, m)
	}
	if scoped < 50 {
		t.Errorf("only %d methods were looked at", scoped)
	}
}

// refusesZeroScope calls the method with zero values on a store that has no database: a method that asked the database
// before it looked at its scope would panic.
func refusesZeroScope(t *testing.T, s reflect.Type, m reflect.Method) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s touches the database before it checks its scope: %v", m.Name, p)
		}
	}()
	in := []reflect.Value{reflect.New(s.Elem()), reflect.ValueOf(t.Context()), reflect.ValueOf(tenant.Scope{})}
	for i := 3; i < m.Type.NumIn(); i++ {
		p := m.Type.In(i)
		switch {
		case m.Type.IsVariadic() && i == m.Type.NumIn()-1:
			continue
		case p.Kind() == reflect.Pointer:
			in = append(in, reflect.New(p.Elem()))
		default:
			in = append(in, reflect.Zero(p))
		}
	}
	out := m.Func.Call(in)
	if err, _ := out[len(out)-1].Interface().(error); err == nil {
		t.Errorf("%s accepts the zero scope", m.Name)
	}
}
