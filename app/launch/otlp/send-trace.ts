import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { countOf } from '../../../shared/figures/format.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import { WebClient } from '../../network/web-client.ts';
import { type Span, traceRequest } from './otlp-json.ts';
import type { OtlpTarget } from './otlp-target.ts';

/** Collectors limit the size of a request, usually to 4 MiB. */
const SPANS_PER_REQUEST = 2000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** The status codes after which OTLP permits a retry. */
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** The delays before retries, in ms. */
const WAITS_MS = [500, 2000];

const partialSchema = z.object({
  partialSuccess: z.object({
    rejectedSpans: z.coerce.number().optional(),
    errorMessage: z.string().optional(),
  }),
});

/** Sends spans to a collector. @returns why they were not accepted, as a sentence; null if they were */
export async function sendTrace(spans: readonly Span[], version: string, target: OtlpTarget): Promise<string | null> {
  const client = new WebClient();
  for (let start = 0; start < spans.length; start += SPANS_PER_REQUEST) {
    const body = JSON.stringify(traceRequest(spans.slice(start, start + SPANS_PER_REQUEST), version));
    const problem = await post(client, body, target);
    if (problem !== null) return problem;
  }
  return null;
}

async function post(client: WebClient, body: string, { url, headers, timeoutMs }: OtlpTarget): Promise<string | null> {
  for (const waitMs of [...WAITS_MS, null]) {
    const answer = await client.send(
      {
        ...{ url, method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } },
        ...{ reach: 'any', redirects: 'same_origin', maxBytes: MAX_ANSWER_BYTES, timeoutMs },
      },
      new AbortController().signal,
    );
    const canRetry = !answer.ok || RETRIED.has(answer.status);
    if (canRetry && waitMs !== null) {
      await wait(waitMs);
      continue;
    }
    if (!answer.ok) return `The trace was not sent: ${answer.message}`;
    if (answer.status >= 300) return `The trace was not accepted: ${url} answered with status ${answer.status}.`;
    return rejected(answer.body.toString('utf8'));
  }
  return null;
}

/** Returns how many spans of an accepted request the collector rejected, and why; null if none. */
function rejected(text: string): string | null {
  const { rejectedSpans = 0, errorMessage = '' } = partialSchema.safeParse(parseJson(text)).data?.partialSuccess ?? {};
  return rejectedSpans > 0 ? `The collector rejected ${countOf(rejectedSpans, 'span')}: ${errorMessage}` : null;
}
