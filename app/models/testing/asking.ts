import type { ModelAccess } from '../../../shared/slot/agent-model.ts';
import { type ChatRequest, type ChatResult, ModelClient } from '../client.ts';
import { type Reply, TestProvider } from './provider.ts';

export const KEY = 'sk-a-key-of-this-test-0123456789';
const providers: TestProvider[] = [];
let models = new ModelClient();

/** Ends the providers that a test started. Call this after each test. */
export async function stopProviders(): Promise<void> {
  await Promise.all(providers.splice(0).map((provider) => provider.stop()));
}

/** Closes the client of `ask`. The next call has a new one, which has learned nothing. */
export function newClient(): void {
  models.close();
  models = new ModelClient();
}

export async function providerOf(...replies: Reply[]): Promise<TestProvider> {
  const provider = await TestProvider.start(...replies);
  providers.push(provider);
  return provider;
}

export function accessTo(base_url: string, more: Partial<ModelAccess> = {}): ModelAccess {
  return { provider: 'openai', base_url, model: 'some-model', api_key: KEY, price: null, ...more };
}

export function ask(access: ModelAccess, more: Partial<ChatRequest> = {}): Promise<ChatResult> {
  return models.chat({
    access,
    messages: [{ role: 'user', content: 'Say hello.' }],
    tools: [],
    signal: new AbortController().signal,
    onText: () => undefined,
    ...more,
  });
}

/** Returns the outcome of one call to a provider with this reply. */
export async function resultOf(...replies: Reply[]): Promise<ChatResult> {
  const { baseUrl } = await providerOf(...replies);
  return ask(accessTo(baseUrl));
}

export async function failureOf(...replies: Reply[]) {
  const result = await resultOf(...replies);
  if (result.status !== 'failed') throw new Error(`It was ${result.status}.`);
  return result.failure;
}
