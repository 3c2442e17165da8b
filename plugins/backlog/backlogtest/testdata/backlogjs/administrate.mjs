// What administrators do: projects and their terms, people, teams, webhooks.

import { all, any, exactly } from './checks.mjs';
import * as shape from './shapes.mjs';

export async function administrate({ call, save, me }) {
  await call('putSpaceNotification', [{ content: 'さくら' }], shape.news);
  await call('getProjects', [{ all: true }], all(shape.project, 3));
  await call('getProject', ['WEB'], shape.project);
  await save('getProjectIcon', ['WEB'], { name: 'WEB.png' });
  await call('getProjectActivities', ['WEB', { count: 100, order: 'asc' }], all(shape.activity, 100));
  await call('getProjectsDiskUsage', ['WEB'], shape.projectUsage);

  const made = await call('postProject', [{
    name: '新しい', key: 'NEW_1', chartEnabled: true, subtaskingEnabled: true, textFormattingRule: 'markdown',
  }], shape.project);
  const changed = await call('patchProject', ['NEW_1', { name: '改名', archived: false }], shape.project);
  exactly(made.id)(changed.id, 'patchProject.id');
  exactly('改名')(changed.name, 'patchProject.name');

  const person = await people(call, 'NEW_1');
  await terms(call, 'NEW_1');
  await fields(call, 'NEW_1');
  await teams(call, save, 'NEW_1', me);
  await webhooks(call, 'NEW_1');
  await call('deleteProject', ['NEW_1'], shape.project);
  await call('deleteUser', [person.id], shape.user);
}

async function people(call, project) {
  const person = await call('postUser', [{
    userId: 'newcomer', password: 'only for this test', name: '新人', mailAddress: 'new@example.com', roleType: 2,
  }], shape.user);
  exactly('新人 二郎')((await call('patchUser', [person.id, { name: '新人 二郎' }], shape.user)).name, 'patchUser.name');
  await call('postProjectUser', [project, person.id], shape.user);
  await call('getProjectUsers', [project], all(shape.user, 2));
  await call('postProjectAdministrators', [project, { userId: person.id }], shape.user);
  await call('getProjectAdministrators', [project], all(shape.user, 2));
  await call('deleteProjectAdministrators', [project, { userId: person.id }], shape.user);
  await call('deleteProjectUsers', [project, { userId: person.id }], shape.user);
  return person;
}

async function terms(call, project) {
  const status = await call('postProjectStatus', [project, { name: '確認', color: '#3b9dbd' }], shape.status);
  await call('patchProjectStatus', [project, status.id, { name: '確認中' }], shape.status);
  const order = [status.id, 1, 2, 3, 4];
  const ordered = await call('patchProjectStatusOrder', [project, order], all(shape.status, 5));
  exactly(order.join())(ordered.map((s) => s.id).join(), 'patchProjectStatusOrder');
  await call('deleteProjectStatus', [project, status.id, 1], shape.status);
  await call('getProjectStatuses', [project], all(shape.status, 4));

  const type = await call('postIssueType', [project, { name: '質問', color: '#2779ca' }], shape.issueType);
  await call('patchIssueType', [project, type.id, { name: '質問2' }], shape.issueType);
  const types = await call('getIssueTypes', [project], all(shape.issueType, 2));
  await call('deleteIssueType', [project, type.id, { substituteIssueTypeId: types[0].id }], shape.issueType);

  const category = await call('postCategories', [project, { name: '設計' }], shape.category);
  await call('patchCategories', [project, category.id, { name: '設計2' }], shape.category);
  await call('getCategories', [project], all(shape.category));
  await call('deleteCategories', [project, category.id], shape.category);

  const version = await call('postVersions', [project, { name: 'v1', startDate: '2026-04-01' }], shape.version);
  exactly('2026-04-01T00:00:00Z')(version.startDate, 'postVersions.startDate');
  await call('patchVersions', [project, version.id, { name: 'v1.1', archived: true }], shape.version);
  await call('getVersions', [project], all(shape.version));
  await call('deleteVersions', [project, version.id], shape.version);
}

async function fields(call, project) {
  for (const typeId of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const items = typeId >= 5 ? { items: ['赤', '青'] } : {};
    await call('postCustomField', [project, { typeId, name: `項目${typeId}`, ...items }], shape.customField);
  }
  const field = (await call('getCustomFields', [project], all(shape.customField, 8))).find((f) => f.typeId === 6);
  exactly(2)(field.items.length, 'getCustomFields: items');
  await call('patchCustomField', [project, field.id, { description: '色' }], shape.customField);
  const more = await call('postCustomFieldItem', [project, field.id, { name: '緑' }], shape.customField);
  const green = more.items.find((item) => item.name === '緑');
  await call('patchCustomFieldItem', [project, field.id, green.id, { name: '黄' }], shape.customField);
  await call('deleteCustomFieldItem', [project, field.id, green.id], shape.customField);
  await call('deleteCustomField', [project, field.id], shape.customField);
}

async function teams(call, save, project, me) {
  const team = await call('postTeam', [{ name: '臨時', members: [me.id] }], shape.team);
  exactly(me.id)(team.members[0].id, 'postTeam.members');
  await call('patchTeam', [team.id, { name: '臨時2' }], shape.team);
  await call('getTeams', [{ order: 'desc', count: 2 }], all(shape.team, 2));
  await call('getTeam', [team.id], shape.team);
  await save('getTeamIcon', [team.id], { name: '臨時2.png' });
  await call('postProjectTeam', [project, team.id], shape.team);
  await call('getProjectTeams', [project], all(shape.team));
  await call('deleteProjectTeam', [project, team.id], shape.team);
  await call('deleteTeam', [team.id], shape.team);
}

async function webhooks(call, project) {
  const hook = await call('postWebhook', [project, {
    name: 'chat', hookUrl: 'https://hooks.example/1', allEvent: false, activityTypeIds: [1, 2],
  }], shape.webhook);
  exactly('1,2')(hook.activityTypeIds.join(), 'postWebhook.activityTypeIds');
  await call('patchWebhook', [project, hook.id, { allEvent: true }], shape.webhook);
  await call('getWebhooks', [project], all(shape.webhook));
  await call('getWebhook', [project, hook.id], shape.webhook);
  await call('deleteWebhook', [project, hook.id], shape.webhook);
  any(shape.webhook)(await call('getWebhooks', [project], any(shape.webhook)), 'getWebhooks');
}
