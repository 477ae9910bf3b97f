package words

import (
	"slices"
	"strings"
)

// findings are what the contract's own checks say, which speaks of JSON, and what people are told about the field.
var findings = []entry{
	{"unexpected property", "there is no such field; leave it out", plain},
	{"expected required property %s to be present", "is needed", plain},
	{"expected property %s to be present when %s is present", "%s is needed when %s is given", plain},
	{"expected length >= 1", "is needed", plain},
	{"expected length >= %d", "must have at least %d characters", plain},
	{"expected length <= %d", "must have at most %d characters", plain},
	{"expected array length >= 1", "choose at least one", plain},
	{"expected array length >= %d", "must have at least %d entries", plain},
	{"expected array length <= %d", "must have at most %d entries", plain},
	{"expected array items to be unique", "may hold nothing twice", plain},
	{"expected object with at least %d properties", "must have at least %d entries", plain},
	{"expected object with at most %d properties", "must have at most %d entries", plain},
	{"expected number >= %v", "must be at least %v", plain},
	{"expected number > %v", "must be above %v", plain},
	{"expected number <= %v", "must be at most %v", plain},
	{"expected number < %v", "must be below %v", plain},
	{"expected number to be a multiple of %v", "must be a multiple of %v", plain},
	{`expected value to be one of "%s"`, "must be one of %s", plain},
	{"expected string to match pattern %s", "must match the pattern %s", plain},
	{"expected string to be %s", "must be %s", plain},
	{"expected boolean", "must be true or false", plain},
	{"expected number", "must be a number", plain},
	{"expected integer", "must be a whole number", plain},
	{"expected string", "must be a text", plain},
	{"expected array", "must be a list", plain},
	{"expected object", "must be an object", plain},
	{"expected duration: %v", "must be a duration such as 30s", plain},
	{"expected string to be RFC 3339 date-time", "must be a time such as 2026-03-01T09:30:00Z", plain},
	{"expected string to be RFC 1123 date-time", "must be a time such as Mon, 02 Mar 2026 09:30:00 GMT", plain},
	{"expected string to be RFC 3339 date", "must be a date such as 2026-03-01", plain},
	{"expected string to be RFC 3339 time", "must be a time of day such as 09:30:00Z", plain},
	{"expected string to be RFC 5322 email: %v", "must be an address such as wang@example.com", plain},
	{"expected string to be RFC 3986 uri: %v", "must be an address such as https://example.com", plain},
	{"expected string to be RFC 4122 uuid: %v", "must be a UUID", plain},
	{"expected string to be base64 encoded", "must be base64", plain},
	{"expected value to match at least one schema but matched none", "has none of the forms that are taken", plain},
	{"expected value to match exactly one schema but matched none", "has none of the forms that are taken", plain},
	{"expected value to not match schema", "has a form that is not taken", plain},
	{"validation failed", "the request was refused", plain},
	{"request body is required", "the body is missing", plain},
	{"request body is too large limit=%d bytes", "the body is larger than %d bytes", plain},
	{"request body read timeout", "the body took too long; try again", plain},
	{"cannot read request body", "the body cannot be read; try again", plain},
	{"cannot read multipart form: %s", "the form cannot be read: %s", plain},
	{"required %s parameter is missing", "is needed", plain},
	{"unknown query parameter", "there is no such parameter; leave it out", plain},
	{"expected at most one value, but received multiple values", "may be given once only", plain},
	{"invalid integer", "must be a whole number", plain},
	{"invalid float", "must be a number", plain},
	{"invalid floating value", "must be a number", plain},
	{"invalid boolean", "must be true or false", plain},
	{"invalid value: %s", "is no value that is taken: %s", plain},
	{"invalid date/time for format %s", "must be a time of the form %s", plain},
	{"unknown content type: %s", "content of the type %s is not taken here", plain},
}

// validation are the words for what people are told instead.
var validation = []entry{
	{"choose one", "请选择", plain},
	{"there is no such field; leave it out", "没有这个字段，请去掉", plain},
	{"is needed", "请填写", plain},
	{"%s is needed when %s is given", "填写 %[2]s 时请同时填写 %[1]s", plain},
	{"must have at least %d characters", "至少 %d 个字符", plain},
	{"choose at least one", "请至少选择一项", plain},
	{"must have at least %d entries", "至少 %d 项", plain},
	{"must have at most %d entries", "最多 %d 项", plain},
	{"may hold nothing twice", "不能有重复项", plain},
	{"must be at least %v", "不能小于 %v", plain},
	{"must be above %v", "应大于 %v", plain},
	{"must be at most %v", "不能大于 %v", plain},
	{"must be below %v", "应小于 %v", plain},
	{"must be a multiple of %v", "应为 %v 的倍数", plain},
	{"must be one of %s", "应为 %s 之一", plain},
	{"must match the pattern %s", "格式不正确，应符合 %s", plain},
	{"must be %s", "格式不正确，应为 %s", plain},
	{"must be true or false", "应为 true 或 false", plain},
	{"must be a number", "请填写数字", plain},
	{"must be a whole number", "请填写整数", plain},
	{"must be a text", "应为文本", plain},
	{"must be a list", "应为列表", plain},
	{"must be an object", "应为对象", plain},
	{"must be a duration such as 30s", "请填写时长，如 30s", plain},
	{"must be a time such as 2026-03-01T09:30:00Z", "请填写正确的时间", plain},
	{"must be a time such as Mon, 02 Mar 2026 09:30:00 GMT", "请填写正确的时间", plain},
	{"must be a date such as 2026-03-01", "请填写日期，如 2026-03-01", plain},
	{"must be a time of day such as 09:30:00Z", "请填写正确的时刻", plain},
	{"must be an address such as https://example.com", "请填写网址，如 https://example.com", plain},
	{"must be a UUID", "应为 UUID", plain},
	{"must be base64", "应为 base64 编码", plain},
	{"has none of the forms that are taken", "内容不符合任何允许的形式", plain},
	{"has a form that is not taken", "不允许这样的内容", plain},
	{"the body is missing", "缺少提交的内容", plain},
	{"the body is larger than %d bytes", "提交的内容超过 %d 字节，请减少后重试", plain},
	{"the body took too long; try again", "提交的内容接收超时，请重试", plain},
	{"the body cannot be read; try again", "无法读取提交的内容，请重试", plain},
	{"the form cannot be read: %s", "无法读取表单：%s", plain},
	{"there is no such parameter; leave it out", "没有这个参数，请去掉", plain},
	{"may be given once only", "只能有一个值", plain},
	{"is no value that is taken: %s", "值不正确：%s", plain},
	{"must be a time of the form %s", "时间格式不正确，应为 %s", plain},
	{"content of the type %s is not taken here", "此处不支持内容类型 %s", plain},
}

// Finding is what people are told, in English, when the contract's own checks refuse the value at a place of the request.
func Finding(location, message string) string {
	if message == "expected number >= 1" && strings.HasSuffix(location, "_id") {
		return "choose one" // nobody types an id: nothing was chosen
	}
	for _, f := range findingForms {
		if f.english == message {
			return f.chinese
		}
		if m := f.pattern().FindStringSubmatch(message); m != nil {
			return f.render(m[1:])
		}
	}
	return message
}

var findingForms = func() (out []*form) {
	for _, e := range findings {
		out = append(out, takeApart(e))
	}
	slices.SortStableFunc(out, moreTelling)
	return out
}()
