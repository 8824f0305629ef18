import { tooDeepAt } from '../../../shared/parse-json.ts';
import type { SlotAnswer } from '../../../shared/slot/slot-request.ts';
import type { WebAnswer } from '../../network/web-client.ts';
import { decodePage } from '../pages/decode-page.ts';

/** Returns the text of an answer for an agent; a note if it is not text. */
export function bodyText({ body, type }: WebAnswer): string {
  return decodePage(body, type) ?? `[${type || 'unknown type'}, ${body.length} bytes: not text]`;
}

/** Returns the answer of a tool that a crew defines. @param pointer the part of a JSON answer, as a JSON Pointer */
export function toolAnswer(answer: WebAnswer, pointer: string | undefined): SlotAnswer {
  const text = bodyText(answer);
  if (answer.location !== null)
    return {
      ok: false,
      text: `The server redirects to ${answer.location}, which is another origin. It was not called.`,
    };
  if (answer.status >= 400) return { ok: false, text: `HTTP ${answer.status}${text === '' ? '' : `: ${text}`}` };
  if (pointer === undefined) return { ok: true, text: text === '' ? `HTTP ${answer.status}, without content.` : text };
  return partOf(text, pointer);
}

function partOf(text: string, pointer: string): SlotAnswer {
  const missing: SlotAnswer = { ok: false, text: `The answer is not JSON with ${pointer}: ${text.slice(0, 500)}` };
  if (tooDeepAt(text) !== null) return missing;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return missing;
  }
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return missing;
    value = (value as Record<string, unknown>)[name];
  }
  return { ok: true, text: typeof value === 'string' ? value : JSON.stringify(value) };
}
