package backlogtest

// The words that the seeded space is made of.

var people = []struct{ account, name, lang string }{
	{"admin", "管理 花子", "ja"},
	{"tanaka", "田中 太郎", "ja"},
	{"sato.k", "佐藤 健", "ja"},
	{"sato.takeru", "佐藤 健", "ja"}, // the homonym
	{"msmith", "Mary Smith", "en"},
	{"gone", "退職 次郎", "ja"}, // the one who has left
	{"suzuki", "鈴木 一郎", "ja"},
	{"oconnor", "Sinéad O'Connor", "en"},
	{"takahashi", "髙橋 葵", "ja"},
	{"jdoe", "John Doe", "en"},
	{"ito", "伊藤 さくら", "ja"},
	{"kim", "김민수", "en"},
	{"watanabe", "渡邉 陽菜", "ja"},
	{"garcia", "José García", "en"},
	{"yamamoto", "山本 大輔", "ja"},
}

// The places in people of who is somebody special, and how many people a space
// has at least.
const (
	personLeft  = 5
	fewestUsers = 6
)

var (
	familyNames = []string{"中村", "小林", "加藤", "吉田", "山田", "佐々木", "松本", "井上", "木村", "林"}
	givenNames  = []string{"翔", "結衣", "健太", "美咲", "拓也", "陽子", "直樹", "愛", "亮", "舞"}
)

var knownProjects = []struct{ key, name string }{
	{"WEB", "ウェブサイト刷新"},
	{"APP", "Mobile App"},
	{"OPS", "運用・保守"},
	{"OLD", "旧基幹システム"},
	{"R_D", "研究開発"},
}

// The custom statuses of projects: the first has eight, and so twelve in all.
var customStatuses = [][]string{
	{"レビュー中", "テスト中", "保留", "顧客確認待ち", "リリース待ち", "差し戻し", "再オープン", "Won't fix?"},
	{"レビュー中", "In QA"},
	{},
}

var statusColors = []string{
	"#ea2c00", "#e87758", "#e07b9a", "#868cb7", "#3b9dbd", "#4caf93", "#b0be3c", "#eda62a", "#f42858", "#393939",
}

var typeColors = []string{
	"#7ea800", "#990000", "#ff9200", "#2779ca", "#934981", "#814fbc", "#007e9a", "#e30000", "#ff3265", "#666665",
}

var typeNames = [][]string{
	{"タスク", "バグ", "要望", "その他"},
	{"Task", "Bug", "Story", "タスク"},
	{"タスク", "障害"},
}

var seededCategories = [][]string{
	{"フロントエンド", "バックエンド", "デザイン", "Q&A", "インフラ"},
	{"iOS", "Android", "バックエンド"},
	{"監視", "バックアップ"},
}

var seededVersions = []string{"v1.0", "v1.1", "v2.0", "2026年春リリース", "いつか"}

var subjects = []string{
	"ログイン画面", "検索結果", "請求書PDF", "Push notification", "管理画面", "CSVエクスポート", "API gateway",
	"パスワード再設定", "注文一覧", "Dashboard", "お問い合わせフォーム", "バッチ処理", "メール送信", "User profile",
}

var faults = []string{
	"が表示されない", "の文字化けを直す", " is slow on mobile", "のデザインを変更する", "にフィルターを追加", " crashes on 100% zoom",
	"の仕様を確認する", "のテストを書く", " returns 500", "のリファクタリング", "を削除する", " needs a \"dark\" mode",
}

var descriptions = []string{
	"", "再現手順:\n1. ログインする\n2. 一覧を開く\n3. 「保存」を押す\n\n期待: 保存される\n実際: エラーになる",
	"Steps to reproduce:\n- open the page\n- press *Save*\n\nSee `error.log`.",
	"# 背景\n顧客からの要望です。\n\n# やること\n- [ ] 調査\n- [ ] 見積もり",
	"詳細は打ち合わせで決める。", "As a user I want to see my orders, so that I can cancel one.",
	"| 項目 | 値 |\n|---|---|\n| OS | Windows |\n| ブラウザ | Firefox |", "絵文字テスト 🎉🍣 と \\ バックスラッシュ",
}

var remarks = []string{
	"確認しました。", "対応お願いします。", "Looks good to me.", "再現しませんでした。ログを添付してください。",
	"明日までに対応します。", "Deployed to staging.", "仕様書を更新しました。", "レビューお願いします @team",
	"顧客に確認中です。", "Fixed in 3f2a9c1.", "原因は文字コードでした。", "ありがとうございます！",
}

var fileNames = []string{
	"screenshot.png", "画面キャプチャ.png", "error.log", "仕様書 v2.xlsx", "見積書(最終).pdf", "data;1.csv", "IMGP0088.JPG",
}

// fixedStatuses are the statuses of every project, by language.
var fixedStatuses = []struct{ ja, en, color string }{
	{"未対応", "Open", "#ed8077"},
	{"処理中", "In Progress", "#4488c5"},
	{"処理済み", "Resolved", "#5eb5a6"},
	{"完了", "Closed", "#a1af2f"},
}

// term is one of a vocabulary that is the same in every space.
type term struct {
	id     int64
	ja, en string
}

var priorities = []term{{2, "高", "High"}, {3, "中", "Normal"}, {4, "低", "Low"}}

var resolutions = []term{
	{0, "対応済み", "Fixed"},
	{1, "対応しない", "Won't Fix"},
	{2, "無効", "Invalid"},
	{3, "重複", "Duplicate"},
	{4, "再現しない", "Cannot Reproduce"},
}

// fieldSeed is a custom field of a seeded project. Fields with a lower order
// were made earlier, and have lower ids.
type fieldSeed struct {
	order int
	kind  FieldType
	name  string
	items []string
	unit  string
	// bugsOnly limits the field to the project's second type of issues.
	bugsOnly bool
}

// projectFields are the custom fields of the seeded projects: some of equal name
// and kind, of equal name and other kind, and of the name of a fixed column.
var projectFields = [][]fieldSeed{
	{
		{order: 10, kind: TextField, name: "メモ"},
		{order: 11, kind: TextAreaField, name: "詳細メモ"},
		{order: 12, kind: NumericField, name: "見積金額", unit: "円"},
		{order: 13, kind: DateField, name: "納品日"},
		{order: 14, kind: SingleListField, name: "重要度", items: []string{"致命的", "重大", "軽微"}},
		{order: 15, kind: MultipleListField, name: "影響範囲", items: []string{"画面", "帳票", "API", "DB"}},
		{order: 16, kind: CheckBoxField, name: "対応OS", items: []string{"Windows", "macOS", "Linux"}, bugsOnly: true},
		{order: 17, kind: RadioField, name: "Channel", items: []string{"Mail", "Phone", "Web"}},
	},
	{
		{order: 20, kind: NumericField, name: "見積金額", unit: "円"},
		{order: 5, kind: TextField, name: "重要度"},
		{order: 21, kind: SingleListField, name: "Status", items: []string{"green", "yellow", "red"}},
		{order: 22, kind: RadioField, name: "channel", items: []string{"Mail", "Store"}},
		{order: 23, kind: NumericField, name: "Story Points"},
	},
	{
		{order: 30, kind: DateField, name: "納品日"},
		{order: 31, kind: NumericField, name: "Story Points"},
	},
}
