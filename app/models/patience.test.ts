import { afterEach, expect, test } from 'vitest';
import { type Patience, patientDispatcher } from './patience.ts';
import { begin, TestProvider, text } from './testing/provider.ts';

/** Undici's timers wake about twice a second. */
const LIMIT_MS = 100;
const LONGER_MS = 2500;
let provider: TestProvider;
afterEach(() => provider.stop());

/** How a request ends whose server is slow to begin, and then slow to go on. */
async function asked(patience?: Patience): Promise<string> {
  const init = { dispatcher: patientDispatcher(patience) };
  try {
    return (await (await fetch(provider.baseUrl, init)).text()) === '' ? 'nothing' : 'answered';
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }; // What fetch rejects with.
    return cause?.code ?? String(error);
  }
}

test('a response is waited for as long as it takes, and so is each piece of it; the limits of the client are in force', async () => {
  provider = await TestProvider.start((response) => {
    setTimeout(() => begin(response, [text('late')]), LONGER_MS);
    setTimeout(() => response.end(), 2 * LONGER_MS);
  });
  const [patient, beforeHead, beforeBody] = await Promise.all([
    asked(),
    asked({ headersTimeout: LIMIT_MS, bodyTimeout: 0 }),
    asked({ headersTimeout: 0, bodyTimeout: LIMIT_MS }),
  ]);
  expect(patient).toBe('answered');
  expect(beforeHead).toBe('UND_ERR_HEADERS_TIMEOUT');
  expect(beforeBody).toBe('UND_ERR_BODY_TIMEOUT');
});
