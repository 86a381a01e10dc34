package archtest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// link finds a relative link of Markdown.
var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

// quoted finds what pages name in backticks and looks like a path of this tree.
var quoted = regexp.MustCompile("`((?:contract|simulator|orchestrator|steps|features|fixtures|internal|docker|docs|\\.ci)/[A-Za-z0-9_./*-]*)`")

// Ensure no page names a file that is not there: pages drift when nobody checks them.
func TestPagesNameOnlyWhatExists(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	pages := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root && entry.Name() != ".ci" {
			return fs.SkipDir
		}
		if filepath.Ext(path) == ".md" {
			pages++
			checkPage(t, root, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 8 {
		t.Errorf("%d pages found; is this the root of the tree?", pages)
	}
}

// Ensure a newcomer finds every package on the page that says where things are.
func TestTheArchitectureNamesEveryPackage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, parent := range []string{"simulator", "orchestrator", "internal"} {
		entries, err := os.ReadDir(filepath.Join("..", "..", parent))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			name := entry.Name()
			if !entry.IsDir() || name == "testdata" || name == "internal" {
				continue
			}
			if !strings.Contains(string(text), "`"+name+"`") && !strings.Contains(string(text), "`"+parent+"/"+name+"`") {
				t.Errorf("docs/architecture.md has no row for %s/%s", parent, name)
			}
		}
	}
}

// Ensure a try to tell a member of an event is called a delivery, and only the line of a plan a sending.
func TestPagesSayDeliveryWhereTheyMeanOne(t *testing.T) {
	t.Parallel()
	mixed := regexp.MustCompile(`(?i)\b(sendings? of (a |the )?notification|every sending|log of sendings|log shows sendings)`)
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "contract/*.yaml", "features/*/*.feature", "simulator/*.go", "simulator/*/*.go", "internal/cli/*.go"} {
		found, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		pages = append(pages, found...)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if found := mixed.FindString(string(text)); found != "" {
			t.Errorf("%s says %q; docs/glossary.md: that is a delivery", page, found)
		}
	}
}

func checkPage(t *testing.T, root, page string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range link.FindAllStringSubmatch(string(text), -1) {
		exists(t, page, filepath.Join(filepath.Dir(page), found[1]))
	}
	for _, found := range quoted.FindAllStringSubmatch(string(text), -1) {
		exists(t, page, filepath.Join(root, found[1]))
	}
}

func exists(t *testing.T, page, path string) {
	t.Helper()
	matches, err := filepath.Glob(strings.TrimSuffix(path, "/"))
	if err != nil || len(matches) == 0 {
		t.Errorf("%s names %s, which is not there", page, path)
	}
}
