package script

import (
	"slices"

	"github.com/outdial/outdial/shared/errs/words"
)

// layout is what a workbook calls its sheets and their columns in one language; docs/script-life.md tells them to authors. The columns
// mean the same in each. What a column cannot hold stands in the last one as JSON, so that nothing is lost between a document and
// its workbook.
type layout struct {
	yes                                                       string
	flow, questions, settings, variables, grades, corrections sheet
}

// sheet is one of a workbook; part is what it holds of a document.
type sheet struct {
	part    string
	name    string
	columns []string
}

var chinese = layout{
	yes:         "是",
	flow:        sheet{"nodes", "流程", []string{"节点", "话术", "再次询问", "下一节点", "肯定跳转", "肯定标签", "否定跳转", "否定标签", "分支条件", "分支跳转", "分支标签", "结束流程", "忽略未匹配", "忽略否定", "标签", "其他"}},
	questions:   sheet{"questions", "问题", []string{"问题", "问法", "意图", "回答", "跳转", "标签", "其他"}},
	settings:    sheet{"settings", "设置", []string{"设置项", "值"}},
	variables:   sheet{"variables", "变量", []string{"变量", "默认值", "格式"}},
	grades:      sheet{"grades", "意向等级", []string{"等级", "名称", "条件", "其他"}},
	corrections: sheet{"corrections", "纠正词", []string{"识别为", "纠正为"}},
}

var english = layout{
	yes:         "yes",
	flow:        sheet{"nodes", "Flow", []string{"Node", "Say", "Ask again", "Next node", "Yes leads to", "Yes label", "No leads to", "No label", "Condition", "Leads to", "Branch label", "Ends the talk", "Ignore unmatched", "Ignore no", "Label", "Other"}},
	questions:   sheet{"questions", "Questions", []string{"Question", "Ways to ask", "Intent", "Answer", "Leads to", "Label", "Other"}},
	settings:    sheet{"settings", "Settings", []string{"Setting", "Value"}},
	variables:   sheet{"variables", "Variables", []string{"Variable", "Default", "Format"}},
	grades:      sheet{"grades", "Grades", []string{"Grade", "Name", "Condition", "Other"}},
	corrections: sheet{"corrections", "Corrections", []string{"Recognised as", "Corrected to"}},
}

func layoutIn(l words.Language) layout {
	if l == words.English {
		return english
	}
	return chinese
}

// layoutOf is the one of a workbook with sheets of these names, which its flow tells: others may be called as in the other
// language and be nobody's business.
func layoutOf(names []string) layout {
	if !slices.Contains(names, chinese.flow.name) && slices.Contains(names, english.flow.name) {
		return english
	}
	return chinese
}

func (l layout) sheets() []sheet {
	return []sheet{l.flow, l.questions, l.settings, l.variables, l.grades, l.corrections}
}

// known tells whether a sheet of the name may hold something of a script.
func known(name string) bool {
	return slices.ContainsFunc(append(chinese.sheets(), english.sheets()...), func(s sheet) bool { return s.name == name })
}
