import type { KeyNamed } from '../../base/main-tools.ts';
import type { WebRequest } from '../../network/web-client.ts';
import type { MainRunner } from '../main-tools.ts';
import { argumentsOf } from './arguments-of.ts';
import { toolAnswer } from './http-answer.ts';
import { noAnswer, type OnceSender } from './send-once.ts';
import { toolRequest } from './tool-request.ts';

const MAX_BYTES = 5 * 1024 * 1024;

/** Carries out the calls of `http` tools. A person trusts their addresses, so they can be private. */
export function httpRunner(sender: OnceSender, keyNamed: KeyNamed): MainRunner<'http'> {
  return {
    call: async ({ http }, call, signal) => {
      const built = toolRequest(http, argumentsOf(call), keyNamed);
      if (!built.ok) return built;
      const { timeout_s } = call.tool.limits;
      const limits = { maxBytes: MAX_BYTES, timeoutMs: timeout_s * 1000 };
      const request: WebRequest = { ...built.request, ...limits, reach: 'any', redirects: 'same_origin' };
      const answer = await sender.send(request, call, signal);
      const result = answer.ok ? toolAnswer(answer, http.answer) : noAnswer(request, answer);
      const measured = answer.ok ? { urls: [shownUrl(answer.url)], bytes: answer.body.length } : undefined;
      return { ...result, text: withoutKeys(result.text, built.secrets), ...(measured ? { measured } : {}) };
    },
    close: async () => sender.close(),
  };
}

/** The query of an address can contain personal data and keys. */
function shownUrl(url: URL): string {
  return url.origin + url.pathname;
}

/** Some servers repeat the headers of a request in their answer. */
function withoutKeys(text: string, keys: readonly string[]): string {
  return keys.filter((key) => key.length >= 8).reduce((left, key) => left.replaceAll(key, '[key]'), text);
}
