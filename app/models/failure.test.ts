import { expect, test } from 'vitest';
import { unreachable } from './failure.ts';
import { accessTo, ask, providerOf, stopProviders } from './testing/asking.ts';
import { says } from './testing/provider.ts';

const URL = 'https://models.example/v1';
const failed = (message: string, code: string) => Object.assign(new Error(message), { code });

test('An untrusted certificate is reported with advice.', () => {
  const { message } = unreachable(URL, failed('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'));
  expect(message).toContain(`The certificate of ${URL} is not trusted here (self-signed certificate).`);
  expect(message).toContain('NODE_EXTRA_CA_CERTS');
});

test('A host with several addresses reports the error of the first one.', () => {
  const refused = failed('connect ECONNREFUSED ::1:1234', 'ECONNREFUSED');
  const { message } = unreachable(URL, new AggregateError([refused, failed('connect ECONNREFUSED', 'ECONNREFUSED')]));
  expect(message).toContain(`No response from ${URL} (connect ECONNREFUSED ::1:1234).`);
});

test('A server without TLS is reported if the base URL uses https.', async () => {
  const { baseUrl } = await providerOf(says('Hello.'));
  const result = await ask(accessTo(baseUrl.replace('http:', 'https:')));
  expect(result).toMatchObject({
    failure: { kind: 'network', message: expect.stringContaining('may have to start with http://') },
  });
  await stopProviders();
});
