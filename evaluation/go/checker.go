// Command checker is the half of the judge that is in Go: its type checker, kept running on one module.
//
// It takes the folder of a module, and one question a line as JSON; each answer is one line of JSON:
//
//	{"files": {path: content}}           -> [[path, line, column, message], ...]   with these in the place of the base's
//	{"path": ..., "line": ..., "column": ...} -> [[path, line, column], ...]        the uses, at the base, of what is named there
//
// Lines count from 1, columns from 0 in bytes. What Go refuses only for being unused is left out: nobody relies on it.
// Packages are checked with their tests, also in folders that `./...` leaves out. Those of other modules are not there,
// so what is known of their values is nothing.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

type position struct {
	path         string
	line, column int
}

// question has either files or a position.
type question struct {
	Files  map[string]string
	Path   string
	Line   int
	Column int
}

// module is a checked-out module. Folders are relative to its root.
type module struct {
	root     string
	name     string
	folders  []string
	standard types.Importer
	files    *token.FileSet
	parsed   map[string]*ast.File
	uses     map[position][]position
}

func main() {
	m, err := open(os.Args[1])
	if err != nil {
		fail(err)
	}
	asked := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := asked.ReadBytes('\n')
		if err != nil {
			return
		}
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			fail(err)
		}
		if err := answers.Encode(m.answer(q)); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (m *module) answer(q question) [][]any {
	if q.Path != "" {
		rows := [][]any{}
		for _, use := range m.usesOf(position{q.Path, q.Line, q.Column}) {
			rows = append(rows, []any{use.path, use.line, use.column})
		}
		return rows
	}
	return m.check(q.Files, nil)
}

func open(root string) (*module, error) {
	files := token.NewFileSet()
	m := &module{root: root, files: files, parsed: map[string]*ast.File{}}
	m.standard = importer.ForCompiler(files, "source", nil)
	manifest, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(manifest), "\n") {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "module" {
			m.name = words[1]
		}
	}
	folders := map[string]bool{}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		if entry.IsDir() && path != root && (name == "testdata" || name[0] == '.') {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, ".go") {
			folder, _ := filepath.Rel(root, filepath.Dir(path))
			folders[filepath.ToSlash(folder)] = true
		}
		return err
	})
	for folder := range folders {
		m.folders = append(m.folders, folder)
	}
	sort.Strings(m.folders)
	return m, err
}

// usesOf lists the uses of what is declared at the position.
func (m *module) usesOf(declared position) []position {
	if m.uses == nil {
		found := map[position]map[position]bool{}
		m.check(nil, func(name *ast.Ident, used types.Object) {
			at := m.at(used.Pos())
			if found[at] == nil {
				found[at] = map[position]bool{}
			}
			found[at][m.at(name.Pos())] = true
		})
		m.uses = map[position][]position{}
		for at, uses := range found {
			for use := range uses {
				m.uses[at] = append(m.uses[at], use)
			}
		}
	}
	uses := m.uses[declared]
	sort.Slice(uses, func(i, j int) bool {
		return fmt.Sprint(uses[i].path, uses[i].line+1e6, uses[i].column+1e6) <
			fmt.Sprint(uses[j].path, uses[j].line+1e6, uses[j].column+1e6)
	})
	return uses
}

// check answers what the checker has against the module with these files in the place of its own.
func (m *module) check(replaced map[string]string, see func(*ast.Ident, types.Object)) [][]any {
	c := &checking{module: m, replaced: replaced, see: see, known: map[string]*types.Package{}, told: map[string][]any{}}
	for _, folder := range m.folders {
		c.checkWithTests(folder)
	}
	keys := []string{}
	for key := range c.told {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	rows := [][]any{}
	for _, key := range keys {
		rows = append(rows, c.told[key])
	}
	return rows
}

func (m *module) at(pos token.Pos) position {
	found := m.files.Position(pos)
	name, err := filepath.Rel(m.root, found.Filename)
	if err != nil {
		name = found.Filename
	}
	return position{filepath.ToSlash(name), found.Line, found.Column - 1}
}

// checking is one look at the whole module. known has its packages by folder, without their tests.
type checking struct {
	*module
	replaced map[string]string
	see      func(*ast.Ident, types.Object)
	known    map[string]*types.Package
	told     map[string][]any
}

// Import makes packages of the module from their files, and those of the standard library once for all.
func (c *checking) Import(name string) (*types.Package, error) {
	if name == c.name || strings.HasPrefix(name, c.name+"/") {
		return c.importOwn(path.Join(".", strings.TrimPrefix(name, c.name)))
	}
	return c.standard.Import(name)
}

func (c *checking) importOwn(folder string) (*types.Package, error) {
	found, done := c.known[folder]
	if !done {
		c.known[folder] = nil
		files, _, _ := c.filesOf(folder)
		found = c.typeCheck(folder, files, c)
		c.known[folder] = found
	}
	if found == nil {
		return nil, fmt.Errorf("no package in %s", folder)
	}
	return found, nil
}

// checkWithTests checks a folder's package together with its tests, and the package of tests beside it.
func (c *checking) checkWithTests(folder string) {
	files, tests, outside := c.filesOf(folder)
	inside := c.typeCheck(folder, append(append([]*ast.File{}, files...), tests...), c)
	if len(outside) > 0 {
		own := importing{c, path.Join(c.name, folder), inside}
		c.typeCheck(folder, outside, own)
	}
}

// importing gives the tests beside a package that package as its own tests make it.
type importing struct {
	types.Importer
	name   string
	tested *types.Package
}

func (i importing) Import(name string) (*types.Package, error) {
	if name == i.name && i.tested != nil {
		return i.tested, nil
	}
	return i.Importer.Import(name)
}

func (c *checking) typeCheck(folder string, files []*ast.File, importer types.Importer) *types.Package {
	if len(files) == 0 {
		return nil
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer, FakeImportC: true, Error: func(err error) {
		if refused, is := err.(types.Error); is && !refused.Soft {
			c.tell(refused.Pos, refused.Msg)
		}
	}}
	found, _ := config.Check(path.Join(c.name, folder), c.files, files, info)
	if c.see != nil {
		for name, used := range info.Uses {
			c.see(name, used)
		}
	}
	return found
}

func (c *checking) tell(pos token.Pos, message string) {
	at := c.at(pos)
	message, _, _ = strings.Cut(message, "\n")
	c.told[fmt.Sprintf("%s:%8d:%8d %s", at.path, at.line, at.column, message)] = []any{at.path, at.line, at.column, message}
}

// filesOf are a folder's files, the tests that belong to its package, and those that do not.
func (c *checking) filesOf(folder string) (files, tests, outside []*ast.File) {
	listed, err := build.ImportDir(filepath.Join(c.root, folder), 0)
	if listed == nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	read := func(names []string) (all []*ast.File) {
		for _, name := range names {
			if file := c.read(path.Join(folder, name)); file != nil {
				all = append(all, file)
			}
		}
		return
	}
	names := append(append([]string{}, listed.GoFiles...), listed.CgoFiles...)
	return read(names), read(listed.TestGoFiles), read(listed.XTestGoFiles)
}

// read parses a file; one that is not replaced once for all.
func (c *checking) read(name string) *ast.File {
	content, isReplaced := c.replaced[name]
	if known := c.parsed[name]; known != nil && !isReplaced {
		return known
	}
	var source any
	if isReplaced {
		source = content
	}
	file, err := parser.ParseFile(c.files, filepath.Join(c.root, name), source, parser.SkipObjectResolution)
	if err != nil {
		pos := token.NoPos
		if file != nil {
			pos = file.Package
		}
		c.tell(pos, err.Error())
	}
	if isReplaced {
		return file
	}
	c.parsed[name] = file
	return file
}
