/**
 * Why an answer ended, independent of the provider's name for it.
 *
 * - `whole`: the model finished, or calls tools
 * - `length`: the answer reached its maximum length
 * - `filtered`: a content filter stopped it
 * - `refused`: the model declined
 * - `error`: the provider aborted it; another attempt may succeed
 * - `unknown`: the reason is unknown to this version, so the answer may be incomplete
 */
export type Ending = 'whole' | 'length' | 'filtered' | 'refused' | 'error' | 'unknown';

/** Finish reasons of OpenAI's chat completions first, then of the APIs that compatible servers pass through. */
const REASONS: Readonly<Record<Exclude<Ending, 'unknown'>, readonly string[]>> = {
  whole: [
    'stop',
    'tool_calls',
    'function_call',
    'tool_call',
    'tool_use',
    'end_turn',
    'stop_sequence',
    'stop_token',
    'eos',
    'eos_token',
    'end',
    'complete',
    'completed',
  ],
  length: ['length', 'max_tokens', 'max_output_tokens', 'max_length', 'model_length', 'model_context_window_exceeded'],
  filtered: [
    'content_filter',
    'content_filtered',
    'content-filter',
    'safety',
    'recitation',
    'blocklist',
    'prohibited_content',
    'spii',
    'language',
    'sensitive',
    'moderation',
    'guardrail_intervened',
  ],
  refused: ['refusal'],
  error: [
    'error',
    'abort',
    'aborted',
    'cancelled',
    'network_error',
    'insufficient_system_resource',
    'malformed_function_call',
    'unexpected_tool_call',
  ],
};

const ENDINGS: ReadonlyMap<string, Ending> = new Map(
  Object.entries(REASONS).flatMap(([ending, reasons]) =>
    reasons.map((reason): [string, Ending] => [reason, ending as keyof typeof REASONS]),
  ),
);

/** Returns the meaning of a provider's finish reason, ignoring case. */
export function endingOf(finishReason: string): Ending {
  return ENDINGS.get(finishReason.trim().toLowerCase()) ?? 'unknown';
}
