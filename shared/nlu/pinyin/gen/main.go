//go:build generate

// Gen writes table.bin: the commonest reading of each character of the basic block, without tones.
package main

import (
	"bytes"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	gopinyin "github.com/mozillazg/go-pinyin"
)

// spoken are characters whose reading on the telephone is not the first of the dictionary.
var spoken = map[rune]string{'谁': "shui", '嗯': "en", '喂': "wei", '哦': "o", '噢': "o", '喔': "o", '呃': "e", '吗': "ma", '什': "shen", '长': "chang", '乐': "le", '说': "shuo", '略': "lue", '掠': "lue"}

func main() {
	args := gopinyin.NewArgs()
	reading := map[rune]string{}
	all := map[string]bool{}
	for r := rune(0x4E00); r <= 0x9FA5; r++ {
		name := spoken[r]
		if name == "" {
			if s := gopinyin.SinglePinyin(r, args); len(s) > 0 {
				name = s[0]
			}
		}
		if len(name) > 1 || name == "a" || name == "e" || name == "o" {
			reading[r] = name
			all[name] = true
		}
	}
	names := slices.Sorted(maps.Keys(all))
	var out bytes.Buffer
	out.WriteString(strings.Join(names, " ") + "\n")
	for r := rune(0x4E00); r <= 0x9FA5; r++ {
		n := 0
		if name, ok := reading[r]; ok {
			i, _ := slices.BinarySearch(names, name)
			n = i + 1
		}
		out.WriteByte(byte(n >> 8))
		out.WriteByte(byte(n))
	}
	if err := os.WriteFile("table.bin", out.Bytes(), 0o644); err != nil { //nolint:gosec // generated code is read by everybody
		log.Fatal(err)
	}
}
