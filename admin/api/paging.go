package api

import (
	"strconv"

	"github.com/outdial/outdial/shared/errs"
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Send it as cursor for the next page; absent on the last"`
}

// Paging is what every list takes.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"64" doc:"The next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// key is the cursor of a list that pages by number.
func (p Paging) key() (int64, error) {
	if p.Cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(p.Cursor, 10, 64)
	if err != nil || n < 1 {
		return 0, errCursor()
	}
	return n, nil
}

func errCursor() error {
	p := status(422, "the cursor is not one that this list gave out")
	p.Errors = []FieldError{{Location: "query.cursor", Message: "must be the next of a page"}}
	p.Code = errs.Invalid.String()
	return p
}

// cut takes the one too many off that was asked for to see whether there is more.
func cut[T any](found []T, limit int, key func(T) string) ([]T, string) {
	if len(found) <= limit {
		return found, ""
	}
	found = found[:limit]
	return found, key(found[limit-1])
}
