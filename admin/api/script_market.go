package api

import (
	"context"
	"strings"

	"github.com/outdial/outdial/shared/script"
)

// ScriptOffer is a script that others may start from.
type ScriptOffer struct {
	Key         string `json:"key"`
	Name        string `json:"name"`
	Trade       string `json:"trade"`
	Language    string `json:"language"`
	Description string `json:"description"`
	Nodes       int    `json:"nodes"`
	Questions   int    `json:"questions"`
	From        string `json:"from" doc:"builtin, or the company that shares it"`
}

type listMarketInput struct {
	Name  string `query:"name" maxLength:"60" doc:"A part of the name"`
	Trade string `query:"trade" maxLength:"60"`
}

type listMarketOutput struct {
	Body struct {
		Items []ScriptOffer `json:"items"`
	}
}

func (a *API) listMarket(ctx context.Context, in *listMarketInput) (*listMarketOutput, error) {
	shared, err := a.Store.Offers(ctx, scopeOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &listMarketOutput{}
	out.Body.Items = []ScriptOffer{}
	name := strings.ToLower(strings.TrimSpace(in.Name))
	keep := func(o ScriptOffer) {
		if (in.Trade == "" || o.Trade == in.Trade) && strings.Contains(strings.ToLower(o.Name), name) {
			out.Body.Items = append(out.Body.Items, o)
		}
	}
	for _, o := range shared {
		keep(offerOf(o))
	}
	for _, t := range script.Templates() {
		keep(templateOf(t))
	}
	return out, nil
}

func templateOf(t script.Template) ScriptOffer {
	return ScriptOffer{Key: t.Key, Name: t.Head.Name, Trade: t.Head.Trade, Language: t.Head.Language, Description: t.Head.Description, Nodes: t.Head.Nodes,
		Questions: t.Head.Questions, From: builtinOffer}
}

// builtinOffer is where a template is from that comes with the product.
const builtinOffer = "builtin"

func offerOf(o script.Offer) ScriptOffer {
	head, _ := script.HeadOf(o.Version.Source) // what cannot be read has no nodes to count
	return ScriptOffer{Key: o.Script.Code, Name: o.Script.Name, Trade: o.Script.Trade, Language: o.Script.Language, Description: o.Script.Description,
		Nodes: head.Nodes, Questions: head.Questions, From: o.Company}
}

// offer finds what a key names: a template, or what a company above shares.
func (a *API) offer(ctx context.Context, key string) (ScriptOffer, script.Script, script.VersionID, []byte, error) {
	if t, err := script.TemplateOf(key); err == nil {
		return templateOf(t), script.Script{Name: t.Head.Name, Trade: t.Head.Trade, Description: t.Head.Description, Language: t.Head.Language}, 0, t.Document, nil
	}
	o, err := a.Store.Offer(ctx, scopeOf(ctx), key)
	return offerOf(o), o.Script, o.Version.ID, o.Version.Source, err
}

// OfferPath names the offer of an address.
type OfferPath struct {
	Key string `path:"key" maxLength:"60"`
}

type offerOutput struct {
	Body struct {
		ScriptOffer
		Document string `json:"document" doc:"The document as JSON text, its keys in the author's order"`
	}
}

func (a *API) getOffer(ctx context.Context, in *OfferPath) (*offerOutput, error) {
	shown, _, _, source, err := a.offer(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	out := &offerOutput{}
	out.Body.ScriptOffer, out.Body.Document = shown, shownDocument(source)
	return out, nil
}

type adoptInput struct {
	OfferPath
	Body struct {
		Name string `json:"name,omitempty" doc:"Empty keeps the offer's"`
	}
}

func (a *API) adoptOffer(ctx context.Context, in *adoptInput) (*scriptOutput, error) {
	_, from, version, source, err := a.offer(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	return a.makeCopy(ctx, "adopt", orElse(in.Body.Name, from.Name), from, version, source)
}
