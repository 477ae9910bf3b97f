package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// refuseUnknown finds misspelt settings, which would otherwise leave their default in force without a word. Only the file
// is asked: the environment may hold names of the same beginning that are somebody else's.
func refuseUnknown(keys []string, path string) error {
	names := settings(reflect.TypeFor[Config](), "")
	var k errs.Check
	for _, key := range keys {
		known := slices.ContainsFunc(names, func(name string) bool {
			return key == name || strings.HasPrefix(name, key+".") || // an empty section; the decoder refuses any other value there
				(strings.HasSuffix(name, ".*") && strings.HasPrefix(key, strings.TrimSuffix(name, "*")))
		})
		k.Require(known, key, "there is no such setting in %s", path)
	}
	return k.Err("configuration")
}

// settings are the names of all settings below a type; one that ends in .* takes names of the user's own.
func settings(t reflect.Type, prefix string) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name := prefix + f.Tag.Get("koanf")
		switch f.Type.Kind() {
		case reflect.Struct:
			names = append(names, settings(f.Type, name+".")...)
		case reflect.Map:
			names = append(names, name+".*")
		default:
			names = append(names, name)
		}
	}
	return names
}

// oneLine puts the decoder's list of complaints into one line.
func oneLine(err error) string {
	return strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "decoding failed due to the following error(s):")), " ")
}
