// Command scopelint is the part of `make lint` that keeps tenants apart: every store method must ask for the scope it
// works in. It fails for a method of an interface named Store, or of the store itself, that takes a context and not a
// tenant.Scope right after it.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// exempt are methods that concern the database and no rows of anybody.
var exempt = map[string]bool{"Migrate": true, "Ping": true}

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	found, err := check(root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "scopelint:", err)
		os.Exit(2)
	}
	for _, f := range found {
		fmt.Println(f)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

// check reads all Go files below root but tests.
func check(root string) (found []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || path != root && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path) //nolint:gosec // a linter reads what it is pointed at
		if err != nil {
			return err
		}
		more, err := checkFile(path, source)
		found = append(found, more...)
		return err
	})
	return found, err
}

func checkFile(path string, source []byte) (found []string, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	look := func(name *ast.Ident, f *ast.FuncType) {
		if name.IsExported() && !exempt[name.Name] && takesContext(f) && !scoped(f) {
			found = append(found, fmt.Sprintf("%s: %s takes no tenant.Scope after its context", files.Position(name.Pos()), name.Name))
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if file.Name.Name == "store" && receiver(d) == "Store" {
				look(d.Name, d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || t.Name.Name != "Store" && !strings.HasSuffix(t.Name.Name, "Store") {
					continue
				}
				if i, ok := t.Type.(*ast.InterfaceType); ok {
					for _, m := range i.Methods.List {
						if f, ok := m.Type.(*ast.FuncType); ok {
							look(m.Names[0], f)
						}
					}
				}
			}
		}
	}
	return found, nil
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return ""
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	name, _ := t.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

// parameter gives the written type of the i-th parameter.
func parameter(f *ast.FuncType, i int) string {
	for _, field := range f.Params.List {
		n := max(len(field.Names), 1)
		if i >= n {
			i -= n
			continue
		}
		switch t := field.Type.(type) {
		case *ast.SelectorExpr:
			if pkg, ok := t.X.(*ast.Ident); ok {
				return pkg.Name + "." + t.Sel.Name
			}
		case *ast.Ident:
			return t.Name
		}
		return ""
	}
	return ""
}

func takesContext(f *ast.FuncType) bool { return parameter(f, 0) == "context.Context" }

// scoped accepts Scope without its package too: package tenant names its own.
func scoped(f *ast.FuncType) bool {
	p := parameter(f, 1)
	return p == "tenant.Scope" || p == "Scope"
}
