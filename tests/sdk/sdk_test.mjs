// SPDX-License-Identifier: Apache-2.0
//
// Drives the DingTalk stand-in with Alibaba's official SDK, which must not be able to tell it from
// the real service. Run by `npm test` here, or `node --test sdk_test.mjs`:
//   WEIR_SANDBOX_URL  a stand-in that runs already, with --qps 1000 and its other flags as they are
//   WEIR_BIN          the weir program: a stand-in of our own is started (and stopped)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';

const require = createRequire(import.meta.url);
const OpenApi = require('@alicloud/openapi-client');
const Util = require('@alicloud/tea-util');
const Oauth = require('@alicloud/dingtalk/oauth2_1_0');
const YidaV1 = require('@alicloud/dingtalk/yida_1_0');
const YidaV2 = require('@alicloud/dingtalk/yida_2_0');

const FORM = 'FORM-SKD';
const KIND = 'selectField_lgkgut7x';
const SERIAL = 'serialNumberField_lgorr6rv';
const TABLE = 'tableField_lgkgut8m';
const CONTEXT = { appType: 'APP_RECEIPTS', systemToken: 'token', userId: '0112233445566778' };
const SALES = JSON.stringify({ [KIND]: '销售收款' });
const OLDEST_FIRST = JSON.stringify({ gmt_create: '+' });

let url = process.env.WEIR_SANDBOX_URL ?? '';
let child;
let token;
let v1;
let v2;

function startSandbox(program) {
  const args = ['sandbox', 'dingtalk', '--port', '0', '--json', '--qps', '1000',
    '--records', '730', '--others', '70', '--inline-rows', '50'];
  return new Promise((resolve, reject) => {
    child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)));
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
      if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]).url);
    });
  });
}

function config() {
  const { host } = new URL(url);
  return new OpenApi.Config({ endpoint: host, protocol: 'http', regionId: 'central' });
}

// A client of the SDK's, whichever way this Node version unwraps its module.
function make(sdk) {
  const Client = sdk.default?.default ?? sdk.default;
  return new Client(config());
}

function headers(sdk, name, accessToken = token) {
  const made = new sdk[name]({});
  made.xAcsDingtalkAccessToken = accessToken;
  return made;
}

const runtime = () => new Util.RuntimeOptions({ readTimeout: 20000, connectTimeout: 5000 });

async function control(path, body) {
  const answer = await fetch(`${url}/_sandbox/${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return answer;
}

async function truth(search = '') {
  const text = await (await control(`truth?search=${encodeURIComponent(search)}`)).text();
  return text.trimEnd().split('\n').map((line) => JSON.parse(line));
}

function getInstances(sdk, client, { page = 1, size = 100, form = FORM, accessToken, ...rest } = {}) {
  const request = new sdk.GetInstancesRequest({
    pageNumber: page, pageSize: size, formUuid: form, searchFieldJson: SALES,
    orderConfigJson: OLDEST_FIRST, ...CONTEXT, ...rest,
  });
  return client.getInstancesWithOptions(
    request, headers(sdk, 'GetInstancesHeaders', accessToken), runtime());
}

before(async () => {
  if (!url) {
    assert.ok(process.env.WEIR_BIN, 'set WEIR_BIN to the weir program, or WEIR_SANDBOX_URL');
    url = await startSandbox(process.env.WEIR_BIN);
  }
  v1 = make(YidaV1);
  v2 = make(YidaV2);
  const answer = await make(Oauth).getAccessToken(
    new Oauth.GetAccessTokenRequest({ appKey: 'key', appSecret: 'secret' }));
  token = answer.body.accessToken;
});

after(async () => {
  if (child) {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGTERM');
    assert.equal(await ended, 0, 'the stand-in ends well on SIGTERM');
  }
});

describe('access token', () => {
  it('has a value and a life, and stays the same while it is valid', async () => {
    const again = await make(Oauth).getAccessToken(
      new Oauth.GetAccessTokenRequest({ appKey: 'key', appSecret: 'secret' }));
    assert.equal(again.statusCode, 200);
    assert.equal(again.body.accessToken, token);
    assert.equal(again.body.expireIn, 7200);
  });

  it('is refused for a wrong secret', async () => {
    await assert.rejects(
      make(Oauth).getAccessToken(
        new Oauth.GetAccessTokenRequest({ appKey: 'key', appSecret: 'wrong' })),
      (error) => error.code === 'invalidClientIdOrSecret' && error.data.statusCode === 400);
  });

  it('that is bad is told by its code', async () => {
    await assert.rejects(getInstances(YidaV1, v1, { accessToken: 'no such token' }), (error) => {
      assert.equal(error.code, 'InvalidAuthentication');
      assert.equal(error.data.statusCode, 400);
      assert.match(error.message, /request id: [0-9A-F-]{36}/);
      return true;
    });
  });
});

for (const [name, sdk, client] of [['v1.0', YidaV1, () => v1], ['v2.0', YidaV2, () => v2]]) {
  describe(`process instances, ${name}`, () => {
    it('gives a page in the documented shape', async () => {
      const { body, statusCode } = await getInstances(sdk, client(), { size: 10 });
      assert.equal(statusCode, 200);
      assert.equal(body.pageNumber, 1);
      assert.equal(body.data.length, 10);
      const [row] = body.data;
      assert.match(row.processInstanceId, /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
      assert.equal(row.formUuid, FORM);
      assert.match(row.createTimeGMT, /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
      assert.match(row.modifiedTimeGMT, /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
      assert.ok(row.originator.userId && row.originator.name.nameInChinese);
      assert.equal(row.originator.name.type, 'i18n');
      assert.ok(Array.isArray(row.actionExecutor));
      assert.equal(row.data[KIND], '销售收款');
      assert.match(row.data[SERIAL], /^SKD\d{12,}$/);
      assert.equal(typeof row.version, 'number');
    });

    it('lists every row once, page by page', async () => {
      const want = (await truth(SALES)).map((row) => row.processInstanceId);
      const seen = [];
      let total = Infinity;
      for (let page = 1; seen.length < total; page += 1) {
        const { body } = await getInstances(sdk, client(), { page });
        assert.ok(body.data.length > 0, `page ${page} is empty`);
        total = body.totalCount;
        seen.push(...body.data.map((row) => row.processInstanceId));
      }
      assert.deepEqual(seen, want);
    });

    it('lists the ids alone', async () => {
      const request = new sdk.GetInstanceIdListRequest({
        pageNumber: 2, pageSize: 50, formUuid: FORM, searchFieldJson: SALES, ...CONTEXT,
      });
      const { body } = await client().getInstanceIdListWithOptions(
        request, headers(sdk, 'GetInstanceIdListHeaders'), runtime());
      assert.equal(body.data.length, 50);
      assert.equal(body.pageNumber, 2);
      assert.equal(typeof body.data[0], 'string');
    });

    it('gives one instance at the top level', async () => {
      const [want] = await truth(SALES);
      const request = new sdk.GetInstanceByIdRequest({ formUuid: FORM, ...CONTEXT });
      const { body } = await client().getInstanceByIdWithOptions(
        want.processInstanceId, request, headers(sdk, 'GetInstanceByIdHeaders'), runtime());
      assert.equal(body.processInstanceId, want.processInstanceId);
      assert.deepEqual(body.data, want.data);
    });

    it('throttles by HTTP 403 and a code', async () => {
      await assert.rejects(getInstances(sdk, client(), { form: 'FORM-QPS' }), (error) => {
        assert.equal(error.code, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi');
        assert.equal(error.data.statusCode, 403);
        return true;
      });
    });

    it('refuses a page of more than 100', async () => {
      await assert.rejects(getInstances(sdk, client(), { size: 101 }), /参数校验失败pageSize/);
    });

    it('searches form rows, with its paging in the body', async () => {
      const request = new sdk.SearchFormDatasRequest({
        currentPage: 2, pageSize: 20, formUuid: FORM, searchFieldJson: SALES,
        dynamicOrder: JSON.stringify({ gmt_create: '+' }), ...CONTEXT,
      });
      const { body } = await client().searchFormDatasWithOptions(
        request, headers(sdk, 'SearchFormDatasHeaders'), runtime());
      assert.equal(body.currentPage, 2);
      assert.equal(body.data.length, 20);
      const [row] = body.data;
      assert.equal(row.formData[KIND], '销售收款');
      assert.ok(row.formInstanceId && row.createdTimeGMT && row.originator.userName.nameInChinese);
      assert.ok(JSON.parse(row.instanceValue).length > 3);
    });
  });
}

describe('sub-tables, rights and the advanced search', () => {
  it('are cut in lists, and whole by innerTables', async () => {
    const want = (await truth()).find((row) => (row.data[TABLE] ?? []).length > 50);
    assert.ok(want, 'one receipt has more than 50 invoices');
    const one = await v1.getInstanceByIdWithOptions(
      want.processInstanceId, new YidaV1.GetInstanceByIdRequest(CONTEXT),
      headers(YidaV1, 'GetInstanceByIdHeaders'), runtime());
    assert.ok([50, want.data[TABLE].length].includes(one.body.data[TABLE].length));
    const rows = [];
    for (let page = 1, total = Infinity; rows.length < total; page += 1) {
      const { body } = await v1.listTableDataByFormInstanceIdTableIdWithOptions(
        want.processInstanceId,
        new YidaV1.ListTableDataByFormInstanceIdTableIdRequest({
          formUuid: FORM, tableFieldId: TABLE, pageNumber: page, pageSize: 50, ...CONTEXT,
        }),
        headers(YidaV1, 'ListTableDataByFormInstanceIdTableIdHeaders'), runtime());
      total = body.totalCount;
      assert.ok(body.data.length > 0);
      rows.push(...body.data);
    }
    assert.deepEqual(rows, want.data[TABLE]);
  });

  it('say which right is missing', async () => {
    await assert.rejects(getInstances(YidaV1, v1, { form: 'FORM-DENIED' }), (error) => {
      assert.equal(error.code, 'Forbidden.AccessDenied.AccessTokenPermissionDenied');
      assert.deepEqual(error.accessDeniedDetail?.requiredScopes, ['Yida.Process.Read']);
      return true;
    });
  });

  it('find by conditions', async () => {
    const [want] = await truth(SALES);
    const condition = [{
      key: SERIAL, value: want.data[SERIAL], type: 'TEXT', operator: 'eq', componentName: 'TextField',
    }];
    const { body } = await v1.searchFormDataSecondGenerationWithOptions(
      new YidaV1.SearchFormDataSecondGenerationRequest({
        pageNumber: 1, pageSize: 10, formUuid: FORM, searchCondition: JSON.stringify(condition),
        ...CONTEXT,
      }),
      headers(YidaV1, 'SearchFormDataSecondGenerationHeaders'), runtime());
    assert.equal(body.totalCount, 1);
    assert.equal(body.data[0].formInstanceId, want.processInstanceId);
    assert.equal(body.data[0].formData[SERIAL], want.data[SERIAL]);
  });
});

describe('a token that ends', () => {
  it('is refused, and a new one works', async () => {
    await control('faults', { revoke_tokens: true });
    await assert.rejects(getInstances(YidaV1, v1),
      (error) => error.code === 'InvalidAuthentication');
    const { body } = await make(Oauth).getAccessToken(
      new Oauth.GetAccessTokenRequest({ appKey: 'key', appSecret: 'secret' }));
    assert.notEqual(body.accessToken, token);
    token = body.accessToken;
    assert.equal((await getInstances(YidaV1, v1)).statusCode, 200);
  });
});
