// The shapes of Backlog's answers, by entity.

import { all, any, anything, bool, exactly, has, hexID, int, number, or, text, time } from './checks.mjs';

export const count = has({ count: int });

export const user = has({
  id: int, userId: or(text), name: text, roleType: int, lang: or(text), mailAddress: or(text), lastLoginTime: or(time),
});

// made and kept are who made a thing, and who changed it last.
const made = { createdUser: user, created: time };
const kept = { ...made, updatedUser: user, updated: time };

export const file = has({ id: int, name: text, size: int });
export const attachment = has({ id: int, name: text, size: int, ...made });
export const star = has({ id: int, comment: or(text), url: text, title: text, presenter: user, created: time });
export const sharedFile = has({
  id: int, projectId: int, type: text, dir: text, name: text, size: int, ...made, updatedUser: or(user), updated: time,
});

export const space = has({
  spaceKey: text, name: text, ownerId: int, lang: text, timezone: text, reportSendTime: text, textFormattingRule: text,
  created: time, updated: time,
});
export const news = has({ content: text, updated: or(time) });
const usage = { issue: int, wiki: int, file: int, subversion: int, git: int, gitLFS: int };
export const projectUsage = has({ projectId: int, ...usage });
export const spaceUsage = has({ capacity: int, ...usage, details: all(projectUsage) });
export const licence = has({
  active: bool, attachmentLimit: int, attribute: bool, gantt: bool, git: bool, licenceTypeId: int, limitDate: or(time),
  projectLimit: int, startedOn: time, storageLimit: int, userLimit: int, wikiAttachment: bool,
});
const quota = has({ limit: int, remaining: int, reset: int });
export const rateLimit = has({ rateLimit: has({ read: quota, update: quota, search: quota, icon: quota }) });

export const project = has({
  id: int, projectKey: text, name: text, chartEnabled: bool, useResolvedForChart: bool, subtaskingEnabled: bool,
  grandchildIssueEnabled: bool, projectLeaderCanEditProjectLeader: bool, useWiki: bool, useFileSharing: bool,
  useWikiTreeView: bool, useOriginalImageSizeAtWiki: bool, useSubversion: bool, useGit: bool, textFormattingRule: text,
  archived: bool, displayOrder: int, useDevAttributes: bool,
});
export const status = has({ id: int, projectId: int, name: text, color: text, displayOrder: int });
export const category = has({ id: int, projectId: int, name: text, displayOrder: int });
export const version = has({
  id: int, projectId: int, name: text, description: text, startDate: or(time), releaseDueDate: or(time), archived: bool,
  displayOrder: int,
});
export const issueType = has({
  id: int, projectId: int, name: text, color: text, displayOrder: int, templateSummary: or(text), templateDescription: or(text),
});
export const term = has({ id: int, name: text });
const item = has({ id: int, name: text, displayOrder: int });

const definition = {
  id: int, projectId: int, typeId: int, name: text, description: text, required: bool, useIssueType: bool,
  applicableIssueTypes: any(int), displayOrder: int, version: int,
};
// definitions are what else a custom field has, by its type.
const definitions = {
  3: { min: or(number), max: or(number), initialValue: or(number), unit: or(text) },
  4: { min: anything, max: anything, initialDate: or(has({ id: int })) },
  5: { items: any(item), allowAddItem: bool },
  6: { items: any(item), allowAddItem: bool },
  7: { items: any(item), allowAddItem: bool, allowInput: bool },
  8: { items: any(item), allowAddItem: bool, allowInput: bool },
};
export const customField = (value, place) => has({ ...definition, ...definitions[value?.typeId] })(value, place);

// values are what an issue's custom field holds, by its type.
const values = {
  1: { value: or(text) },
  2: { value: or(text) },
  3: { value: or(number) },
  4: { value: or(time) },
  5: { value: or(item) },
  6: { value: any(item) },
  7: { value: any(item), otherValue: or(text) },
  8: { value: or(item), otherValue: or(text) },
};
const customValue = (value, place) => has({ id: int, fieldTypeId: int, name: text, ...values[value?.fieldTypeId] })(value, place);

const issueMembers = {
  id: int, projectId: int, issueKey: text, keyId: int, issueType, summary: text, description: text, resolution: or(term),
  priority: term, status, assignee: or(user), category: any(category), versions: any(version), milestone: any(version),
  startDate: or(time), dueDate: or(time), estimatedHours: or(number), actualHours: or(number), parentIssueId: or(int),
  ...kept, customFields: any(customValue), attachments: any(attachment), sharedFiles: any(sharedFile), stars: any(star),
};
export const issue = has(issueMembers);
export const parent = has({ ...issueMembers, childIssueSummary: has({ total: int, closed: int }) });
export const relatedIssue = has({ ...issueMembers, type: exactly('RELATES') });

export const notice = has({ id: int, alreadyRead: bool, reason: int, user, resourceAlreadyRead: bool });
const change = { field: text, newValue: or(text), originalValue: or(text) };
export const comment = has({
  id: int, projectId: int, issueId: int, content: or(text),
  changeLog: or(any(has({
    ...change, attachmentInfo: or(has({ id: int, type: text })), attributeInfo: or(has({ id: int, typeId: int })),
    notificationInfo: or(has({ type: text })),
  }))),
  ...made, updated: time, stars: any(star), notifications: any(notice),
});

export const activity = has({
  id: int, project, type: int, content: has({}), notifications: exactlyEmpty, createdUser: user, created: time,
});
function exactlyEmpty(value, place) {
  if (!Array.isArray(value) || value.length > 0) throw new Error(`${place} is not empty`);
}

const tag = has({ id: int, name: text });
export const tags = all(tag);
export const wiki = has({
  id: int, projectId: int, name: text, content: text, tags: any(tag), attachments: any(attachment),
  sharedFiles: any(sharedFile), stars: any(star), ...kept,
});
export const wikiVersion = has({ pageId: int, version: int, name: text, content: text, ...made });

export const document = has({
  id: hexID, projectId: int, title: text, plain: text, json: text, statusId: int, emoji: or(text),
  attachments: any(attachment), tags: any(tag), ...kept, childDocumentIds: any(hexID),
});
const branch = (value, place) => has({ id: hexID, name: text, emoji: text, children: any(branch) })(value, place);
export const documentTree = has({
  projectId: int, activeTree: has({ id: exactly('Active'), children: all(branch) }),
  trashTree: has({ id: exactly('Trash'), children: any(branch) }),
});

export const repository = has({
  id: int, projectId: int, name: text, description: text, hookUrl: or(text), httpUrl: text, sshUrl: text,
  displayOrder: int, pushedAt: or(time), ...kept,
});
export const pullRequest = has({
  id: int, projectId: int, repositoryId: int, number: int, summary: text, description: text, base: text, branch: text,
  status: term, assignee: or(user), issue: or(issue), baseCommit: or(text), branchCommit: or(text),
  mergeCommit: or(text), closeAt: or(time), mergeAt: or(time), ...kept, attachments: any(attachment), stars: any(star),
});
export const review = has({
  id: int, content: or(text), changeLog: any(has(change)), ...made, updated: time, stars: any(star),
  notifications: any(notice),
});

export const webhook = has({
  id: int, name: text, description: text, hookUrl: text, allEvent: bool, activityTypeIds: any(int), ...kept,
});
export const team = has({ id: int, name: text, members: any(user), displayOrder: or(int), ...kept });
export const watching = has({
  id: int, resourceAlreadyRead: bool, note: text, type: exactly('issue'), issue, lastContentUpdated: time,
  created: time, updated: time,
});
export const notification = has({
  id: int, alreadyRead: bool, reason: int, resourceAlreadyRead: bool, project, issue: or(issue), comment: or(comment),
  pullRequest: or(pullRequest), pullRequestComment: or(review), document: or(document), sender: user, created: time,
});
export const viewedIssue = has({ issue, updated: time });
export const viewedProject = has({ project, updated: time });
export const viewedWiki = has({ page: wiki, updated: time });

export const token = has({ access_token: text, token_type: exactly('Bearer'), expires_in: int, refresh_token: text });
export const download = has({ body: anything, filename: text, contentType: text });
