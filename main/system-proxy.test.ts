import { expect, test } from 'vitest';
import { listedEnvironment } from '../app/hosts/node-host.ts';
import { applySystemProxy, proxyAddress } from './system-proxy.ts';

test.each([
  ['PROXY proxy.example:3128; DIRECT', 'http://proxy.example:3128'],
  ['HTTPS proxy.example:443', 'https://proxy.example:443'],
  ['SOCKS5 proxy.example:1080; PROXY other.example:80', 'socks5://proxy.example:1080'],
  ['DIRECT', null],
  ['DIRECT; PROXY proxy.example:3128', null],
  ['', null],
])('The system’s answer %j means %s', (resolved, address) => {
  expect(proxyAddress(resolved)).toBe(address);
});

test('slots use the system’s proxy, unless the environment names one', async () => {
  const asked: string[] = [];
  const resolve = async (url: string) => {
    asked.push(url);
    return url.startsWith('https:') ? 'PROXY proxy.example:3128' : 'DIRECT';
  };
  const environment: Record<string, string | undefined> = { PATH: '/bin' };
  await applySystemProxy(resolve, environment);
  expect(listedEnvironment(environment)).toEqual({ PATH: '/bin', https_proxy: 'http://proxy.example:3128' });
  const own = { NO_PROXY: '*' };
  await applySystemProxy(resolve, own);
  expect(own).toEqual({ NO_PROXY: '*' });
  expect(asked).toHaveLength(2);
});
