import { expect, test } from 'vitest';
import { Secrets } from './secrets.ts';

const KEY = 'sk-0123456789';
const secrets = new Secrets();
secrets.add(KEY);

test('a key is redacted wherever it occurs, and the original value does not change', () => {
  const given = { type: KEY, message: `with ${KEY}`, list: ['a', { text: KEY }], ms: 5, none: null };
  expect(secrets.redactAll(given)).toEqual({
    type: KEY,
    message: 'with [redacted]',
    list: ['a', { text: '[redacted]' }],
    ms: 5,
    none: null,
  });
  expect(given.list).toEqual(['a', { text: KEY }]);
});

test('a key is redacted in the names of fields, which a server can choose', () => {
  const fields = JSON.parse(`{"__proto__":"${KEY}","a ${KEY}":[{"${KEY}":1}]}`);
  expect(JSON.stringify(secrets.redactAll(fields))).toBe(
    '{"__proto__":"[redacted]","a [redacted]":[{"[redacted]":1}]}',
  );
});

test('a value without a secret is not copied', () => {
  const given = { type: 'task.ready', list: ['a', { text: 'b' }] };
  expect(secrets.redactAll(given)).toBe(given);
});

test('a key is also redacted in JSON, where it is escaped', () => {
  const odd = 'sk-"odd\\key"-0123';
  const others = new Secrets();
  others.add(odd);
  const json = JSON.stringify({ text: odd, arguments: JSON.stringify({ text: odd }) });
  expect(JSON.parse(others.redact(json))).toEqual({ text: '[redacted]', arguments: '{"text":"[redacted]"}' });
});
