import { expect, test } from 'vitest';
import { isPublicAddress, isPublicName } from './public-address.ts';

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.0.8',
  '198.18.0.1',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:93.184.216.34',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
  '1.2.3',
])('%s is not a public address.', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '64:ff9b::5db8:d822'])(
  '%s is a public address.',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test('Names of this machine and of private networks are not public.', () => {
  const names = [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'printer',
    'nas.local',
    'db.internal',
    'x.home.arpa.',
  ];
  expect(names.filter(isPublicName)).toEqual([]);
  expect(['example.com', 'example.com.', 'local.example', 'xn--bcher-kva.example'].every(isPublicName)).toBe(true);
});
