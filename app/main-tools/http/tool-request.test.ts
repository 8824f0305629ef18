import { describe, expect, test } from 'vitest';
import { type HttpTool, httpToolSchema } from '../../../shared/tools/definition.ts';
import { toolAnswer } from './http-answer.ts';
import { toolRequest } from './tool-request.ts';

const KEYS: Readonly<Record<string, string>> = { CRM_TOKEN: 'secret-1' };
const keyNamed = (name: string) => KEYS[name] ?? null;

function build(http: Partial<HttpTool>, args: Record<string, unknown>) {
  return toolRequest(httpToolSchema.parse({ url: 'https://crm.example/', ...http }), args, keyNamed);
}

describe('the request of an http tool', () => {
  test.each([
    ['/leads/{id}', { id: 'a/b?c#d' }, 'https://crm.example/leads/a%2Fb%3Fc%23d'],
    ['/leads/{id}', { id: '../admin' }, 'https://crm.example/leads/..%2Fadmin'],
    ['/leads?q={q}', { q: 'a&b=c' }, 'https://crm.example/leads?q=a%26b%3Dc'],
    ['/leads', { page: 2, tags: ['x'] }, 'https://crm.example/leads?page=2&tags=%5B%22x%22%5D'],
  ])('The address %s is filled with encoded arguments.', (path, args, url) => {
    expect(build({ url: `https://crm.example${path}` }, args)).toMatchObject({
      ok: true,
      request: { method: 'GET', url },
    });
  });

  test.each(['https://{host}/x', 'https://{host}.example/x', 'https://crm.example:{port}/x', '{url}'])(
    'A placeholder in the host is refused: %s',
    (url) => {
      expect(httpToolSchema.safeParse({ url }).success).toBe(false);
    },
  );

  test('Arguments that no text uses are the JSON body of a write.', () => {
    const built = build({ method: 'POST', url: 'https://crm.example/{kind}' }, { kind: 'leads', name: 'Ann', age: 7 });
    expect(built).toMatchObject({
      request: {
        url: 'https://crm.example/leads',
        body: '{"name":"Ann","age":7}',
        headers: { 'content-type': 'application/json' },
      },
    });
  });

  test('A body keeps the types of its placeholders.', () => {
    const body = { lead: { name: '{name}', note: 'Age {age}' }, age: '{age}', list: ['{age}', null] };
    const built = build({ method: 'PUT', body }, { name: 'Ann', age: 7 });
    expect(JSON.parse((built.ok && built.request.body) || '')).toEqual({
      lead: { name: 'Ann', note: 'Age 7' },
      age: 7,
      list: [7, null],
    });
  });

  test('The last word of a header with a key names the key, and earlier words are sent as they are.', () => {
    const built = build({ header_keys: { Authorization: 'Bearer CRM_TOKEN', 'X-Key': 'CRM_TOKEN' } }, {});
    expect(built).toMatchObject({
      request: { headers: { Authorization: 'Bearer secret-1', 'X-Key': 'secret-1' } },
      secrets: ['secret-1', 'secret-1'],
    });
    expect(build({ header_keys: { Authorization: 'OTHER' } }, {})).toMatchObject({
      ok: false,
      text: expect.stringContaining('OTHER'),
    });
  });

  test('A line break in an argument begins no other header.', () => {
    const built = build({ headers: { 'X-Name': '{name}' } }, { name: 'a\r\nX-Admin: 1' });
    expect(built).toMatchObject({ request: { headers: { 'X-Name': 'a X-Admin: 1' } } });
  });

  test('Missing arguments are named, also inherited names.', () => {
    expect(build({ url: 'https://crm.example/{id}/{toString}' }, {})).toEqual({
      ok: false,
      text: 'The arguments lack id, toString. Give them.',
    });
  });
});

describe('the answer of an http tool', () => {
  const answer = (body: string, more = {}) => ({
    url: new URL('https://crm.example/'),
    status: 200,
    type: 'application/json',
    location: null,
    body: Buffer.from(body),
    ...more,
  });

  test.each([
    ['{"a":{"b/c":[1,"x"]}}', '/a/b~1c/1', 'x'],
    ['{"a":{"b/c":[1,"x"]}}', '/a/b~1c', '[1,"x"]'],
    ['{"a":1}', '', '{"a":1}'],
    ['[1,2]', '/0', '1'],
  ])('The part of %s at %j is %j.', (body, pointer, text) => {
    expect(toolAnswer(answer(body), pointer)).toEqual({ ok: true, text });
  });

  test.each(['<html>', '', '{"a":1}', 'null', '['.repeat(5000)])(
    'An answer %j without the part is a failure.',
    (body) => {
      expect(toolAnswer(answer(body), '/b')).toMatchObject({ ok: false, text: expect.stringContaining('/b') });
    },
  );

  test('Errors, redirects to another origin and images are reported.', () => {
    expect(toolAnswer(answer('no', { status: 404, type: 'text/plain' }), undefined)).toEqual({
      ok: false,
      text: 'HTTP 404: no',
    });
    expect(toolAnswer(answer('', { status: 302, location: 'https://x.example/' }), undefined)).toMatchObject({
      ok: false,
    });
    expect(toolAnswer(answer('x', { type: 'image/png' }), undefined).text).toContain('image/png, 1 bytes');
    expect(toolAnswer(answer('', { status: 204, type: '' }), undefined)).toEqual({
      ok: true,
      text: 'HTTP 204, without content.',
    });
  });
});
