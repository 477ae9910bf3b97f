package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unread are sources whose refusals no user of the console meets: they end a process at its start, and its operator
// reads them in a terminal.
var unread = []string{"shared/config/", "shared/obs/", "shared/event/", "shared/store/dsn.go", "shared/store/storetest/", "shared/errs/"}

// sources are the sentences and nouns that the code says, and where.
type sources struct {
	sentences map[string]string
	nouns     map[string]string
}

// spoken are the names of parameters and fields that hold a sentence for a user.
var spoken = []string{"format", "reason", "why", "detail", "Reason", "Message", "Detail"}

// silent are functions whose sentences nobody but the log sees, though their parameters are called alike.
var silent = []string{"down", "Logger", "unlogged"}

type packageFacts struct {
	files   map[string]*ast.File
	helpers map[string]map[int]bool // function -> parameter -> whether it is a noun
	consts  map[string]string
}

func read(t *testing.T) sources {
	t.Helper()
	root := filepath.Join("..", "..", "..")
	packages := map[string]*packageFacts{}
	for _, dir := range []string{"shared", "admin", "dialer/runner"} {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(dir)), func(path string, d fs.DirEntry, err error) error {
			name, _ := filepath.Rel(root, path)
			name = filepath.ToSlash(name)
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata"):
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
				return nil
			case slices.ContainsFunc(unread, func(p string) bool { return strings.HasPrefix(name, p) }):
				return nil
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			p := packages[filepath.Dir(path)]
			if p == nil {
				p = &packageFacts{files: map[string]*ast.File{}, helpers: map[string]map[int]bool{}, consts: map[string]string{}}
				packages[filepath.Dir(path)] = p
			}
			p.files[name] = f
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	out := sources{map[string]string{"%s was refused": "shared/errs", "%s %v does not exist": "shared/errs"}, map[string]string{}}
	for _, p := range packages {
		for _, f := range p.files {
			ast.Inspect(f, p.learn)
		}
		for name, f := range p.files {
			ast.Inspect(f, func(n ast.Node) bool { p.collect(n, name, out); return true })
		}
	}
	return out
}

// learn notes the functions that take sentences, and the constants.
func (p *packageFacts) learn(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		p.helper(n.Name.Name, n.Type)
	case *ast.AssignStmt:
		for i, r := range n.Rhs {
			if lit, ok := r.(*ast.FuncLit); ok {
				if name, ok := n.Lhs[i].(*ast.Ident); ok {
					p.helper(name.Name, lit.Type)
				}
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) {
				if s, ok := p.sentence(n.Values[i]); ok {
					p.consts[name.Name] = s
				}
			}
		}
	}
	return true
}

func (p *packageFacts) helper(name string, f *ast.FuncType) {
	if slices.Contains(silent, name) {
		return
	}
	at := 0
	for _, field := range f.Params.List {
		typ, _ := field.Type.(*ast.Ident)
		for _, param := range field.Names {
			noun := param.Name == "noun"
			if typ != nil && typ.Name == "string" && (noun || slices.Contains(spoken, param.Name)) {
				if p.helpers[name] == nil {
					p.helpers[name] = map[int]bool{}
				}
				p.helpers[name][at] = noun
			}
			at++
		}
	}
}

func (p *packageFacts) collect(n ast.Node, where string, out sources) {
	say := func(e ast.Expr) {
		if s, ok := p.sentence(e); ok && s != "" && s != "%s" {
			out.sentences[s] = where
		}
	}
	noun := func(e ast.Expr) {
		if s, ok := p.sentence(e); ok {
			out.nouns[s] = where
		}
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		name, of := called(n)
		switch {
		case of == "errs" && (name == "New" || name == "Wrap"):
			if !ownFault(n.Args[0]) {
				say(n.Args[map[string]int{"New": 1, "Wrap": 2}[name]])
			}
		case of == "errs" && name == "Missing":
			noun(n.Args[0])
		case of == "importer" && name == "Fail":
			say(n.Args[2])
		case name == "Require" && len(n.Args) >= 3:
			say(n.Args[2])
		case name == "Err" && len(n.Args) == 1:
			noun(n.Args[0])
		default:
			for at, isNoun := range p.helpers[name] {
				if at < len(n.Args) && isNoun {
					noun(n.Args[at])
				} else if at < len(n.Args) {
					say(n.Args[at])
				}
			}
		}
	case *ast.CompositeLit:
		for _, at := range positional(n) {
			for _, row := range n.Elts {
				if row, ok := row.(*ast.CompositeLit); ok && at < len(row.Elts) {
					say(row.Elts[at])
				}
			}
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && slices.Contains(spoken, key.Name) {
			say(n.Value)
		}
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			if s, ok := l.(*ast.SelectorExpr); ok && i < len(n.Rhs) && slices.Contains(spoken, s.Sel.Name) {
				say(n.Rhs[i])
			}
		}
	}
}

// positional tells which places of a table's rows hold sentences, where the table names its columns itself.
func positional(n *ast.CompositeLit) (at []int) {
	list, ok := n.Type.(*ast.ArrayType)
	if !ok {
		return nil
	}
	row, ok := list.Elt.(*ast.StructType)
	if !ok {
		return nil
	}
	for i, field := range row.Fields.List {
		if len(field.Names) == 1 && slices.Contains(spoken, field.Names[0].Name) {
			at = append(at, i)
		}
	}
	return at
}

func called(n *ast.CallExpr) (name, of string) {
	fun := n.Fun
	if i, ok := fun.(*ast.IndexExpr); ok {
		fun = i.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name, ""
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return f.Sel.Name, x.Name
		}
		return f.Sel.Name, ""
	}
	return "", ""
}

func ownFault(kind ast.Expr) bool {
	s, ok := kind.(*ast.SelectorExpr)
	return ok && (s.Sel.Name == "Internal" || s.Sel.Name == "Unavailable")
}

// sentence is the format of an expression: a literal, a constant, fmt.Sprintf of one, or a sum in which every other part
// stands as %s. Not ok when nothing of it is known.
func (p *packageFacts) sentence(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		s, ok := p.consts[e.Name]
		return s, ok
	case *ast.ParenExpr:
		return p.sentence(e.X)
	case *ast.CallExpr:
		if name, of := called(e); of == "fmt" && name == "Sprintf" {
			return p.sentence(e.Args[0])
		}
		if name, _ := called(e); name == "orElse" {
			return p.sentence(e.Args[1])
		}
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		l, lok := p.sentence(e.X)
		r, rok := p.sentence(e.Y)
		if !lok && !rok {
			return "", false
		}
		if !lok {
			l = "%s"
		}
		if !rok {
			r = "%s"
		}
		return l + r, true
	}
	return "", false
}
