// Drives an emulated Backlog through Nulab's own client: calls its methods, checks
// the shape of every answer, and prints a line for each method. The address and
// the secrets are in the environment. It ends at the first answer that is wrong.

import { Backlog, OAuth2 } from 'backlog-js';
import { all, exactly, nothing } from './checks.mjs';
import * as shape from './shapes.mjs';
import { administrate } from './administrate.mjs';
import { build } from './build.mjs';

const base = new URL(process.env.BACKLOG_URL);

// fetchPlain does without TLS: the client knows no other address than https.
const fetchPlain = (address, init) => fetch(address.replace('https:', base.protocol), init);

const client = new Backlog({ host: base.host, apiKey: process.env.BACKLOG_KEY, fetch: fetchPlain });
const called = new Set();

// call calls a method, checks its answer, and returns it.
async function call(name, args, check) {
  const answer = await client[name](...args).catch((error) => {
    throw new Error(`${name}: ${error.name}: ${error.status} ${JSON.stringify(error.body) ?? error.stack}`);
  });
  check(answer, name);
  if (!called.has(name)) console.log(`${name} ok`);
  called.add(name);
  return answer;
}

// save calls a method that downloads, and returns what came.
async function save(name, args, wanted) {
  const answer = await call(name, args, shape.download);
  const size = (await new Response(answer.body).arrayBuffer()).byteLength;
  if (answer.filename !== wanted.name || (wanted.size ?? size) !== size || size === 0) {
    throw new Error(`${name}: ${answer.filename} of ${size} bytes, want ${wanted.name} of ${wanted.size}`);
  }
  return answer;
}

// send uploads a file, and returns its id.
async function send(name, content) {
  const form = new FormData();
  form.set('file', new Blob([content]), name);
  const sent = await call('postSpaceAttachment', [form], shape.file);
  exactly(name)(sent.name, 'postSpaceAttachment.name');
  return sent.id;
}

// look reads what a space tells of itself and of its people.
async function look() {
  await call('getSpace', [], shape.space);
  await call('getSpaceActivities', [{ count: 100, activityTypeId: [1, 2, 3] }], all(shape.activity, 100));
  await save('getSpaceIcon', [], { name: 'emulated.png' });
  await call('getSpaceNotification', [], shape.news);
  await call('getSpaceDiskUsage', [], shape.spaceUsage);
  await call('getLicence', [], shape.licence);
  await call('getRateLimit', [], shape.rateLimit);
  await call('getResolutions', [], all(shape.term, 5));
  await call('getPriorities', [], all(shape.term, 3));
  await call('getUsers', [], all(shape.user));
  const me = await call('getMyself', [], shape.user);
  await call('getUser', [me.id], shape.user);
  await save('getUserIcon', [me.id], { name: 'admin.png' });
  await call('getUserActivities', [me.id, { count: 10 }], all(shape.activity, 10));
  await call('getUserStars', [me.id, { order: 'asc' }], all(shape.star));
  await call('getUserStarsCount', [me.id, { since: '2020-01-01' }], shape.count);
  await call('getRecentlyViewedIssues', [{ count: 5 }], all(shape.viewedIssue, 5));
  await call('getRecentlyViewedProjects', [{}], all(shape.viewedProject));
  await call('getRecentlyViewedWikis', [{}], all(shape.viewedWiki));
  await call('getNotifications', [{ count: 20 }], all(shape.notification, 20));
  await call('getNotificationsCount', [{ alreadyRead: false, resourceAlreadyRead: false }], shape.count);
  return me;
}

// authorize takes the way of OAuth, and asks who it acts for.
async function authorize(me) {
  const auth = new OAuth2({ clientId: process.env.BACKLOG_CLIENT, clientSecret: process.env.BACKLOG_SECRET }, undefined, fetchPlain);
  const redirectUri = 'http://localhost:9/callback';
  const page = await fetchPlain(auth.getAuthorizationURL({ host: base.host, redirectUri, state: 'here' }), { redirect: 'manual' });
  const back = new URL(page.headers.get('location'));
  exactly('here')(back.searchParams.get('state'), 'getAuthorizationURL: state');
  console.log('OAuth2.getAuthorizationURL ok');
  const first = await auth.getAccessToken({ host: base.host, code: back.searchParams.get('code'), redirectUri });
  shape.token(first, 'getAccessToken');
  console.log('OAuth2.getAccessToken ok');
  const second = await auth.refreshAccessToken({ host: base.host, refreshToken: first.refresh_token });
  shape.token(second, 'refreshAccessToken');
  const other = new Backlog({ host: base.host, accessToken: second.access_token, fetch: fetchPlain });
  exactly(me.id)((await other.getMyself()).id, 'getMyself');
  console.log('OAuth2.refreshAccessToken ok');
}

// refuse sees that the client takes refusals for what they are.
async function refuse() {
  const code = async (client, want, name) => {
    const error = await client.getIssue('WEB-999999').then(() => undefined, (error) => error);
    exactly(name)(error?.name, 'the error of getIssue');
    exactly(want)(error.body.errors[0].code, 'its code');
    console.log(`${name} ok`);
  };
  await code(client, 6, 'BacklogApiError');
  await code(new Backlog({ host: base.host, apiKey: 'wrong', fetch: fetchPlain }), 11, 'BacklogAuthError');
}

// rest are the methods that were not called. One cannot be: its request reads.
function rest() {
  const machinery = ['constructor', 'download', 'upload', 'parseFileData'];
  for (const name of Object.getOwnPropertyNames(Backlog.prototype)) {
    if (!called.has(name) && !machinery.includes(name)) console.log(`${name} not called`);
  }
}

const me = await look();
await authorize(me);
await refuse();
const driver = { call, save, send, me, nothing };
await administrate(driver);
await build(driver);
rest();
