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
/** Answers after which OTLP lets a client try again, and the waits before it does, in ms. */
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
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

/** What a collector rejected of a request that it accepted; null if nothing. */
function rejected(text: string): string | null {
  const { rejectedSpans = 0, errorMessage = '' } = partialSchema.safeParse(parseJson(text)).data?.partialSuccess ?? {};
  return rejectedSpans > 0 ? `The collector rejected ${countOf(rejectedSpans, 'span')}: ${errorMessage}` : null;
}
