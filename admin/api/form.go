package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/outdial/outdial/shared/errs"
)

// form is what came as multipart/form-data and is small enough to be held.
type form struct {
	texts map[string]string
	name  string // the client's own for the file
	file  []byte
}

// maxFormText bounds each text beside the file.
const maxFormText = 1000

// readForm reads a form whose file has at most so many bytes.
func (a *API) readForm(raw Raw, most int64) (form, error) {
	f := form{texts: map[string]string{}}
	parts, err := raw.request().MultipartReader()
	if err != nil {
		return f, status(http.StatusUnsupportedMediaType, "send the file as multipart/form-data with the part file")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, a.formError(err, most)
		}
		limit := int64(maxFormText)
		if part.FormName() == "file" {
			limit = most
		}
		b, err := io.ReadAll(io.LimitReader(part, limit+1))
		if err != nil {
			return f, a.formError(err, most)
		}
		switch {
		case int64(len(b)) > limit && part.FormName() == "file":
			return f, tooLargeFile(most)
		case int64(len(b)) > limit:
			return f, &errs.Error{Kind: errs.Invalid, Message: "the upload was refused", Fields: []errs.Field{{Path: part.FormName(), Reason: "the text is too long"}}}
		case part.FormName() == "file":
			f.name, f.file = fileName(part.FileName()), b
		default:
			f.texts[part.FormName()] = string(b)
		}
	}
	switch {
	case f.name == "":
		return f, refusedFile("the form has no part named file")
	case len(f.file) == 0:
		return f, refusedFile("the file is empty")
	}
	return f, nil
}

func (a *API) formError(err error, most int64) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLargeFile(most)
	}
	return a.uploadError(err)
}

func tooLargeFile(most int64) error {
	return status(http.StatusRequestEntityTooLarge, "the file is larger than "+megabytes(most))
}
