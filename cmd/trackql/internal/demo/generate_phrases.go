//go:build ignore

package main

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"
)

// What people write when nothing in particular is to be said: in English and in
// Japanese.
var (
	fixed = [][]string{
		{
			"Fixed, and covered by a test. It goes out with the next release.", "On staging now. Please have a look.",
			"Done. The cause was simpler than it looked.", "Merged. I also added the case to the release checklist.",
			"This works now; the old screens are gone.",
		},
		{
			"修正して、ステージングに反映しました。", "対応しました。次のリリースに入ります。", "原因が分かったので直しました。テストも追加しています。",
			"ステージングで動いています。確認をお願いします。", "完了しました。手順もWikiに追記しています。",
		},
	}
	verified = [][]string{
		{"Works on all devices of the list.", "Checked on staging and in production.", "Confirmed with the bakery, thank you."},
		{"確認しました。問題ありません。", "本番でも確認できました。閉じます。", "店舗にも確認していただきました。ありがとうございます。"},
	}
	reopened = [][]string{
		{"Still happens when the network is slow.", "Came back with yesterday's release."},
		{"通信が遅いときにまだ再現します。", "昨日のリリースのあとに再発しました。"},
	}
	raised = [][]string{
		{"Third report this week.", "Needed before the next campaign."},
		{"今週3件目のお問い合わせです。", "次のキャンペーンまでに必要です。"},
	}
	postponed = [][]string{
		{"Two weeks later, the dependency is not ready.", "Agreed with the bakeries to move it."},
		{"前提の作業が終わらないため延期します。", "店舗と相談して延期しました。"},
	}
	handover = [][]string{
		{"Handing over before my holidays.", "Belongs to your part of the code."},
		{"休暇に入るため引き継ぎます。", "担当範囲に合わせて変更します。"},
	}
)

// lang is 1 for an issue written in Japanese, else 0.
func (i *issue) lang() int {
	if strings.IndexFunc(i.description, func(r rune) bool { return unicode.In(r, unicode.Hiragana) }) >= 0 {
		return 1
	}
	return 0
}

// draw returns a number below n that depends on the issue and on what it is
// drawn for, and on nothing else.
func (i *issue) draw(what string, n int) int {
	h := fnv.New32a()
	fmt.Fprint(h, "komugi ", i.number, what)
	return int(h.Sum32() % uint32(n))
}

func (i *issue) say(what string, texts [][]string) string {
	choices := texts[i.lang()]
	return choices[i.draw(what, len(choices))]
}
