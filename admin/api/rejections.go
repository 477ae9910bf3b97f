package api

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs/words"
)

// rejectionPage is how many rows are read from the store at once.
const rejectionPage = 1000

func rejectionsAddress(id contact.ImportID) string {
	return "/api/v1/imports/" + strconv.FormatInt(int64(id), 10) + "/rejections"
}

type rejectionsInput struct {
	ImportPath
	FileLanguage
}

var rejectionHeadings = map[words.Language][]string{
	words.English: {"row", "number", "reason"},
	words.Chinese: {"行号", "号码", "原因"},
}

// rejections streams the table, page by page, so that a million rows take no more memory than a thousand.
func (a *API) rejections(ctx context.Context, in *rejectionsInput) (*huma.StreamResponse, error) {
	scope, id := scopeOf(ctx), contact.ImportID(in.ID)
	language := in.of(ctx)
	if _, err := a.readableImport(ctx, &in.ImportPath); err != nil {
		return nil, err
	}
	page, err := a.Store.Rejections(ctx, scope, id, 0, rejectionPage)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="rejected-`+strconv.FormatInt(in.ID, 10)+`.csv"`)
		// Spreadsheets take a file without the mark for one in the machine's old encoding.
		_, _ = w.Write([]byte("\ufeff"))
		out := csv.NewWriter(w)
		out.UseCRLF = true
		_ = out.Write(rejectionHeadings[language])
		for len(page) > 0 {
			_ = control.SetWriteDeadline(time.Now().Add(writeTime))
			for _, x := range page {
				_ = out.Write([]string{strconv.Itoa(x.Row), harmless(a.number(ctx, x.Number)), harmless(a.text(ctx, words.Text(language, x.Reason)))})
			}
			if out.Flush(); out.Error() != nil {
				return
			}
			if len(page) < rejectionPage {
				break
			}
			var err error
			if page, err = a.Store.Rejections(r.Context(), scope, id, page[len(page)-1].Row, rejectionPage); err != nil {
				a.Logger.ErrorContext(r.Context(), "rejected rows were cut off", "import", id, "error", err)
				panic(http.ErrAbortHandler) // the client must not take half a file for a whole one
			}
		}
		out.Flush()
	}), nil
}

// harmless keeps a spreadsheet from running a cell as a formula: what could begin one gets an apostrophe before it.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}
