package backlog

import (
	"context"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// fileColumns are what a download gives.
func fileColumns() []connector.Column {
	return []connector.Column{
		{Name: "Name", Type: relation.Text, Nullable: true, Doc: "The name of the file, without folders; NULL where the server gives none."},
		{Name: "MediaType", Type: relation.Text, Nullable: true, Doc: "What the file is, such as image/png; NULL where the server does not say."},
		{Name: "Size", Type: relation.Int, Doc: "The length of Content, in bytes."},
		{Name: "Content", Type: arrow.BinaryTypes.Binary, Doc: "The bytes of the file."},
	}
}

// filePlace is a kind of place where files are: its words are arguments, and all of
// them together name one file.
type filePlace struct {
	path  string // "/wikis/{WikiId}/attachments/{AttachmentId}"
	words []string
}

func placeOf(path string) filePlace {
	p := filePlace{path: path}
	for part := range strings.SplitSeq(path, "{") {
		if word, _, ok := strings.Cut(part, "}"); ok {
			p.words = append(p.words, word)
		}
	}
	return p
}

// choose returns the path of the one place whose words are those of the call.
func choose(procedure string, places []filePlace, args arguments) (string, error) {
	var shapes []string
	for _, p := range places {
		if len(p.words) == len(args) && !slices.ContainsFunc(p.words, func(w string) bool { return args.word(w) == "" }) {
			path := p.path
			for _, w := range p.words {
				path = strings.ReplaceAll(path, "{"+w+"}", args.word(w))
			}
			return path, nil
		}
		if len(p.words) > 0 {
			shapes = append(shapes, strings.Join(p.words, " and "))
		}
	}
	return "", connector.Errorf(connector.Invalid, "the arguments of %s do not name one file", procedure).
		WithHint("Give %s.", strings.Join(shapes, "; or "))
}

// download answers with the file at a path.
func download(ctx context.Context, s *Source, path string, category relation.Category) (arrow.RecordBatch, error) {
	file, err := s.client.Begin("").Download(ctx, rest.Call{Path: path, Category: category, Purpose: rest.Data})
	if err != nil {
		return nil, err
	}
	fields := make([]arrow.Field, 0, 4)
	for _, c := range fileColumns() {
		fields = append(fields, arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable})
	}
	b := array.NewRecordBuilder(s.memory, arrow.NewSchema(fields, nil))
	defer b.Release()
	for i, text := range []string{file.Name, file.Type} {
		field := b.Field(i).(*array.StringBuilder)
		if text == "" {
			field.AppendNull()
		} else {
			field.Append(text)
		}
	}
	b.Field(2).(*array.Int64Builder).Append(int64(len(file.Content)))
	b.Field(3).(*array.BinaryBuilder).Append(file.Content)
	return b.NewRecordBatch(), nil
}

// downloadFile gives a file that somebody attached or shared. See
// https://developer.nulab.com/docs/backlog/api/2/get-issue-attachment/ and its
// likes.
func downloadFile() procedure {
	places := []filePlace{
		placeOf("/issues/{Issue}/attachments/{AttachmentId}"),
		placeOf("/wikis/{WikiPageId}/attachments/{AttachmentId}"),
		placeOf("/projects/{Project}/git/repositories/{Repository}/pullRequests/{PullRequest}/attachments/{AttachmentId}"),
		placeOf("/documents/{DocumentId}/attachments/{AttachmentId}"),
		placeOf("/projects/{Project}/files/{SharedFileId}"),
	}
	return procedure{
		name: "DownloadFile", doc: "One file: an attachment of an issue, a wiki page, a pull request or a document, or a shared file of a project.",
		result: fileColumns(),
		arguments: []connector.Column{
			optional("AttachmentId", relation.Int, "The id of the attachment: the tables of attachments list them."),
			optional("Issue", relation.Text, "The key or id of the issue that has it."),
			optional("WikiPageId", relation.Int, "The id of the wiki page that has it."),
			optional("Project", relation.Text, "The key or id of the project of a shared file or a pull request."),
			optional("Repository", relation.Text, "The name or id of the repository of a pull request."),
			optional("PullRequest", relation.Int, "The number of the pull request that has it."),
			optional("DocumentId", relation.Text, "The id of the document that has it."),
			optional("SharedFileId", relation.Int, "The id of a shared file: ProjectSharedFiles lists them."),
		},
		call: func(ctx context.Context, s *Source, args arguments) (arrow.RecordBatch, error) {
			path, err := choose("DownloadFile", places, args)
			if err != nil {
				return nil, err
			}
			return download(ctx, s, path, relation.Read)
		},
	}
}

// downloadIcon gives a picture that stands for something.
func downloadIcon() procedure {
	places := []filePlace{
		placeOf("/space/image"), placeOf("/projects/{Project}/image"), placeOf("/users/{UserId}/icon"), placeOf("/teams/{TeamId}/icon"),
	}
	return procedure{
		name: "DownloadIcon", doc: "The picture of a project, a person or a team; without an argument, that of the space.",
		result: fileColumns(),
		arguments: []connector.Column{
			optional("Project", relation.Text, "The key or id of the project."),
			optional("UserId", relation.Int, "The id of the person."),
			optional("TeamId", relation.Int, "The id of the team."),
		},
		call: func(ctx context.Context, s *Source, args arguments) (arrow.RecordBatch, error) {
			path, err := choose("DownloadIcon", places, args)
			if err != nil {
				return nil, err
			}
			return download(ctx, s, path, relation.Icon)
		},
	}
}
