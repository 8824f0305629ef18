import { describe, expect, test } from 'vitest';
import { proxyFor, proxySecrets, shownProxy } from './proxy.ts';

const PROXY = 'http://proxy.example:3128';
const through = (target: string, environment: Record<string, string>) => {
  const choice = proxyFor(new URL(target), environment);
  return choice.status === 'proxy' ? shownProxy(choice.url) : choice.status;
};

test.each([
  [{ HTTPS_PROXY: PROXY }, 'https://models.example/v1', PROXY],
  [{ https_proxy: PROXY }, 'https://models.example/v1', PROXY],
  [{ https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' }, 'https://models.example/v1', PROXY],
  [{ HTTPS_PROXY: PROXY }, 'http://models.example/v1', 'direct'],
  [{ HTTP_PROXY: PROXY }, 'http://models.example/v1', PROXY],
  [{ ALL_PROXY: PROXY }, 'https://models.example/v1', PROXY],
  [{ ALL_PROXY: 'socks5://proxy.example:1080' }, 'https://models.example/v1', 'socks5://proxy.example:1080'],
  [{ HTTPS_PROXY: 'proxy.example:3128' }, 'https://models.example/v1', PROXY],
  [{ HTTPS_PROXY: 'http://user:secret@proxy.example:3128' }, 'https://models.example/v1', PROXY],
  [{ HTTPS_PROXY: ' ' }, 'https://models.example/v1', 'direct'],
  [{ HTTPS_PROXY: 'http://' }, 'https://models.example/v1', 'invalid'],
  [{ HTTPS_PROXY: 'ftp://proxy.example' }, 'https://models.example/v1', 'invalid'],
])('With %j a request to %s goes to %s', (environment, target, proxy) => {
  expect(through(target, { ...environment })).toBe(proxy);
});

test('Requests to this machine never go through a proxy', () => {
  const all = { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, ALL_PROXY: PROXY };
  for (const host of ['localhost', 'LOCALHOST:8000', 'a.localhost', '127.0.0.1:11434', '127.8.9.1', '[::1]:80'])
    expect(through(`http://${host}/v1`, all)).toBe('direct');
  expect(through('http://localhost.example/v1', all)).toBe(PROXY);
});

describe('NO_PROXY', () => {
  test.each([
    ['*', 'models.example', true],
    ['models.example', 'models.example', true],
    ['MODELS.example', 'models.example', true],
    ['.example', 'models.example', true],
    ['*.example', 'models.example', true],
    ['example', 'models.example', true],
    ['xample', 'models.example', false],
    ['a.example, models.example:443', 'models.example', true],
    ['models.example:8443', 'models.example', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/99', '10.1.2.3', false],
    ['fd00::/8', '[fd00::1]', true],
    ['', 'models.example', false],
  ])('%j excepts %s: %s', (value, host, isExcepted) => {
    expect(through(`https://${host}/v1`, { HTTPS_PROXY: PROXY, NO_PROXY: value })).toBe(isExcepted ? 'direct' : PROXY);
    expect(through(`https://${host}/v1`, { HTTPS_PROXY: PROXY, no_proxy: value })).toBe(isExcepted ? 'direct' : PROXY);
  });
});

test('The secrets of a proxy are its credentials in every form in which they are sent', () => {
  const secrets = proxySecrets({ HTTPS_PROXY: 'http://user:p%40ss-word@proxy.example:3128', NO_PROXY: 'a@b' });
  const basic = Buffer.from('user:p@ss-word').toString('base64');
  for (const secret of ['p%40ss-word', 'p@ss-word', basic]) expect(secrets).toContain(secret);
  expect(proxySecrets({ HTTP_PROXY: PROXY })).toEqual([]);
});
