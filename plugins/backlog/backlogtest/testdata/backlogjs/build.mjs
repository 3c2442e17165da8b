// What people do in a project: issues, comments, files, wiki pages, documents,
// pull requests, stars and watchings.

import { all, any, exactly } from './checks.mjs';
import * as shape from './shapes.mjs';

export async function build(driver) {
  const { call, save } = driver;
  const web = await call('getProject', ['WEB'], shape.project);
  const folder = await call('getSharedFiles', ['WEB', '画像', { count: 10 }], all(shape.sharedFile, 2));
  await save('getSharedFile', ['WEB', folder[0].id], folder[0]);
  const issue = await issues(driver, web, folder[0]);
  const comment = await comments(driver, issue);
  const page = await wikis(driver, web, folder[0]);
  await documents(driver, web);
  const pull = await pulls(driver, issue);
  await stars(driver, { issue, comment, page, pull });
  await watchings(driver, issue);
  await told(driver);
  await call('deleteIssueComment', [issue.issueKey, comment.id], shape.comment);
  await call('deleteWiki', [page.id, false], shape.wiki);
  await call('deleteIssue', [issue.issueKey], shape.issue);
}

async function issues({ call, save, send, me }, web, file) {
  const list = { projectId: [web.id], statusId: [1, 2], count: 100, sort: 'created', order: 'asc', expand: ['childIssueSummary'] };
  const found = await call('getIssues', [list], all(shape.parent, 10));
  exactly(found.length)((await call('getIssuesCount', [list], shape.count)).count, 'getIssuesCount');
  await call('getIssue', [found[0].issueKey, { expand: ['childIssueSummary'] }], shape.parent);

  const types = await call('getIssueTypes', ['WEB'], all(shape.issueType));
  const fields = await call('getCustomFields', ['WEB'], all(shape.customField, 8));
  const several = fields.find((f) => f.typeId === 6);
  const chosen = several.items.slice(0, 2).map((item) => item.id);
  const made = await call('postIssue', [{
    projectId: web.id, summary: 'From Node', issueTypeId: types[0].id, priorityId: 3, dueDate: '2026-12-24',
    estimatedHours: 1.5, assigneeId: me.id, attachmentId: [await send('見本 1.txt', 'hello')],
    [`customField_${several.id}`]: chosen,
  }], shape.issue);
  exactly('2026-12-24T00:00:00Z')(made.dueDate, 'postIssue.dueDate');
  const value = made.customFields.find((f) => f.id === several.id).value;
  exactly(chosen.join())(value.map((item) => item.id).join(), 'postIssue.customFields');
  const changed = await call('patchIssue', [made.issueKey, { statusId: 3, resolutionId: 0, comment: '直した' }], shape.issue);
  exactly(0)(changed.resolution.id, 'patchIssue.resolution.id');

  const [attached] = await call('getIssueAttachments', [made.issueKey], all(shape.attachment));
  await save('getIssueAttachment', [made.issueKey, attached.id], { name: '見本 1.txt', size: 5 });
  await call('deleteIssueAttachment', [made.issueKey, attached.id], shape.attachment);
  await call('getIssueParticipants', [made.issueKey], all(shape.user));
  await call('linkIssueSharedFiles', [made.issueKey, { fileId: [file.id] }], all(shape.sharedFile));
  await call('getIssueSharedFiles', [made.issueKey], all(shape.sharedFile));
  await call('unlinkIssueSharedFile', [made.issueKey, file.id], shape.sharedFile);
  await call('addRelatedIssue', [made.issueKey, { targetIssueId: found[0].id }], shape.relatedIssue);
  await call('getRelatedIssues', [made.issueKey], all(shape.relatedIssue));
  await call('removeRelatedIssue', [made.issueKey, found[0].id], shape.relatedIssue);
  return made;
}

async function comments({ call, me }, issue) {
  const made = await call('postIssueComments', [issue.issueKey, { content: 'こんにちは' }], shape.comment);
  await call('patchIssueComment', [issue.issueKey, made.id, { content: 'さようなら' }], shape.comment);
  exactly('さようなら')((await call('getIssueComment', [issue.issueKey, made.id], shape.comment)).content, 'getIssueComment');
  const list = await call('getIssueComments', [issue.issueKey, { order: 'asc', count: 100 }], all(shape.comment, 2));
  exactly(list.length)((await call('getIssueCommentsCount', [issue.issueKey], shape.count)).count, 'getIssueCommentsCount');
  await call('postIssueCommentNotifications', [issue.issueKey, made.id, { notifiedUserId: [me.id] }], shape.comment);
  await call('getIssueCommentNotifications', [issue.issueKey, made.id], all(shape.notice));
  return made;
}

async function wikis({ call, save, send }, web, file) {
  const found = await call('getWikis', [{ projectIdOrKey: 'WEB' }], all(shape.wiki, 3));
  exactly(found.length)((await call('getWikisCount', ['WEB'], shape.count)).count, 'getWikisCount');
  await call('getWikisTags', ['WEB'], shape.tags);
  const page = await call('postWiki', [{ projectId: web.id, name: '[新規] Node', content: '# 見出し' }], shape.wiki);
  exactly('新規')(page.tags[0].name, 'postWiki.tags');
  await call('patchWiki', [page.id, { content: '# 題' }], shape.wiki);
  await call('getWiki', [page.id], shape.wiki);
  await call('getWikisHistory', [page.id, { order: 'asc' }], all(shape.wikiVersion, 2));
  const [attached] = await call('postWikisAttachments', [page.id, [await send('a;b (1).txt', 'page')]], all(shape.attachment));
  await call('getWikisAttachments', [page.id], all(shape.attachment));
  await save('getWikiAttachment', [page.id, attached.id], { name: attached.name, size: 4 });
  await call('deleteWikisAttachments', [page.id, attached.id], shape.attachment);
  await call('linkWikisSharedFiles', [page.id, [file.id]], all(shape.sharedFile));
  await call('getWikisSharedFiles', [page.id], all(shape.sharedFile));
  await call('unlinkWikisSharedFiles', [page.id, file.id], shape.sharedFile);
  return page;
}

async function documents({ call, save }, web) {
  const found = await call('getDocuments', [{ projectId: [web.id], offset: 0, count: 100, order: 'asc' }], all(shape.document, 100));
  const attached = found.find((d) => d.attachments.length > 0);
  await save('downloadDocumentAttachment', [attached.id, attached.attachments[0].id], attached.attachments[0]);
  await call('getDocumentTree', ['WEB'], shape.documentTree);
  const made = await call('addDocument', [{ projectId: web.id, title: '題', content: '本文', emoji: '🍣' }], shape.document);
  await call('getDocument', [made.id], shape.document);
  await call('deleteDocument', [made.id], shape.document);
}

async function pulls({ call, save, send, me }, issue) {
  const [repository] = await call('getGitRepositories', ['WEB'], all(shape.repository, 2));
  await call('getGitRepository', ['WEB', repository.name], shape.repository);
  const at = ['WEB', repository.name];
  const made = await call('postPullRequest', [...at, {
    summary: 'Add it', description: 'all of it', base: 'main', branch: 'it', issueId: issue.id, assigneeId: me.id,
    attachmentId: [await send('log.txt', 'ok')],
  }], shape.pullRequest);
  exactly(issue.id)(made.issue.id, 'postPullRequest.issue.id');
  await call('patchPullRequest', [...at, made.number, { summary: 'Add it all', comment: ['renamed'] }], shape.pullRequest);
  await call('getPullRequest', [...at, made.number], shape.pullRequest);
  const mine = { statusId: [1], assigneeId: [me.id], count: 100 };
  const found = await call('getPullRequests', [...at, mine], all(shape.pullRequest));
  exactly(found.length)((await call('getPullRequestsCount', [...at, mine], shape.count)).count, 'getPullRequestsCount');
  const note = await call('postPullRequestComments', [...at, made.number, { content: 'nice' }], shape.review);
  await call('patchPullRequestComments', [...at, made.number, note.id, { content: 'very nice' }], shape.review);
  const notes = await call('getPullRequestComments', [...at, made.number, { order: 'asc' }], all(shape.review, 2));
  exactly('renamed,very nice')(notes.map((n) => n.content).join(), 'getPullRequestComments');
  exactly(2)((await call('getPullRequestCommentsCount', [...at, made.number], shape.count)).count, 'getPullRequestCommentsCount');
  const [file] = await call('getPullRequestAttachments', [...at, made.number], all(shape.attachment));
  await save('getPullRequestAttachment', [...at, made.number, file.id], { name: 'log.txt', size: 2 });
  return { ...made, note };
}

async function stars({ call, me, nothing }, { issue, comment, page, pull }) {
  for (const what of [
    { issueId: issue.id }, { commentId: comment.id }, { wikiId: page.id }, { pullRequestId: pull.id },
    { pullRequestCommentId: pull.note.id },
  ]) {
    await call('postStar', [what], nothing);
  }
  const [mine] = await call('getWikisStars', [page.id], all(shape.star));
  exactly(me.id)(mine.presenter.id, 'getWikisStars: presenter');
  await call('removeStar', [mine.id], nothing);
  exactly(0)((await call('getWikisStars', [page.id], any(shape.star))).length, 'getWikisStars.length');
}

async function watchings({ call, me, nothing }, issue) {
  const made = await call('postWatchingListItem', [{ issueIdOrKey: issue.issueKey, note: '注意' }], shape.watching);
  await call('patchWatchingListItem', [made.id, '要注意'], shape.watching);
  exactly('要注意')((await call('getWatchingListItem', [made.id], shape.watching)).note, 'getWatchingListItem.note');
  await call('getWatchingListItems', [me.id, { count: 100, sort: 'created' }], all(shape.watching, 100));
  await call('getWatchingListCount', [me.id, { resourceAlreadyRead: true }], shape.count);
  await call('resetWatchingListItemAsRead', [made.id], nothing);
  await call('deletehWatchingListItem', [made.id], shape.watching);
}

// told reads the notification that comments() made.
async function told({ call, nothing }) {
  const [latest] = await call('getNotifications', [{ count: 1 }], all(shape.notification));
  exactly('さようなら')(latest.comment.content, 'getNotifications: comment');
  await call('markAsReadNotification', [latest.id], nothing);
  await call('resetNotificationsMarkAsRead', [], shape.count);
  const unread = await call('getNotificationsCount', [{ alreadyRead: false }], shape.count);
  exactly(0)(unread.count, 'getNotificationsCount');
}
