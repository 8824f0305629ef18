import { z } from 'zod';

/**
 * Why an attempt or a task did not succeed. `isTransient` decides which of these allow another attempt.
 *
 * - `http`: the provider answered with an error status (408, 409, 5xx are transient, other 4xx are not)
 * - `auth`: 401 or 403
 * - `rate_limit`: 429, or 503 with Retry-After; as a task's kind: ten minutes of such waits
 * - `network`: no server answered, or the connection broke
 * - `bad_answer`: the answer was cut off or does not follow the protocol (HTML, for example)
 * - `quota`: the provider refuses the account: no credit, unpaid, deactivated
 * - `no_tools`: the model, or its server as it was started, cannot call tools
 * - `no_images`: the model cannot read images, and the task has some
 * - `refused`: the model declined to answer
 * - `filtered`: a content filter withheld the answer or cut it off
 * - `unknown_ending`: the answer ended for an unknown reason, so it may be incomplete
 * - `timeout`: the attempt's deadline passed
 * - `crash`: the slot's process ended; `memory`: it was ended because it exceeded its memory limit
 * - `lost`: the engine ended while the attempt ran
 * - `cancelled`: a person or the end of the run stopped it
 * - `tool`: a tool failed permanently (the task itself names a path outside the workspace, or a tool that its server lacks)
 * - `mcp`: a server of the crew did not start
 * - `output`: the answer failed its schema or guardrail, or could not be written to `output_file`
 * - `context_window`: the conversation does not fit the model's context window, also after it was shortened
 * - `limit`: the task used up its `token_limit` or `call_limit` without a usable answer
 * - `iterations`: the agent used up `max_iterations` without an answer
 * - `no_key`: the provider needs a key and there is none
 * - `budget`: the run's budget is used up
 * - `expansion`: the list of a task with `for_each` is missing, too long, or not a list
 * - `crew`: a task of the crew file that the task runs failed
 * - `repeat`: the loop of the task reached its maximum number of rounds, and its `until` was not true
 * - `expression`: an expression of the task could not be evaluated
 * - `recording`: the replayed recording has no answer for a call of the task
 */
export const errorKindSchema = z.enum([
  'http',
  'auth',
  'rate_limit',
  'network',
  'bad_answer',
  'quota',
  'no_tools',
  'no_images',
  'refused',
  'filtered',
  'unknown_ending',
  'timeout',
  'crash',
  'memory',
  'lost',
  'cancelled',
  'tool',
  'mcp',
  'output',
  'context_window',
  'limit',
  'iterations',
  'no_key',
  'budget',
  'expansion',
  'crew',
  'expression',
  'recording',
  'repeat',
]);
export type ErrorKind = z.infer<typeof errorKindSchema>;

/** A failure, for a person: `message` states what happened and what to do. */
export const failureSchema = z.object({
  kind: errorKindSchema,
  message: z.string(),
  /** The HTTP status, if one was received. */
  status: z.int().optional(),
  /** Milliseconds that the provider asked to wait (Retry-After). */
  retry_after_ms: z.int().nonnegative().optional(),
  /** Present if the request did not fit the model's context window; `window_tokens` is null if no window was named. */
  too_long: z.object({ window_tokens: z.int().positive().nullable() }).optional(),
});
export type Failure = z.infer<typeof failureSchema>;

const TRANSIENT_STATUS = new Set([408, 409]);

/** Whether another attempt may succeed. */
export function isTransient(failure: Failure): boolean {
  switch (failure.kind) {
    case 'rate_limit':
    case 'network':
    case 'bad_answer':
    case 'timeout':
    case 'crash':
    case 'memory':
    case 'lost':
      return true;
    case 'http':
      return failure.status !== undefined && (TRANSIENT_STATUS.has(failure.status) || failure.status >= 500);
    case 'auth':
    case 'quota':
    case 'no_tools':
    case 'no_images':
    case 'refused':
    case 'filtered':
    case 'unknown_ending':
    case 'cancelled':
    case 'tool':
    case 'mcp':
    case 'output':
    case 'context_window':
    case 'limit':
    case 'iterations':
    case 'no_key':
    case 'budget':
    case 'expansion':
    case 'crew':
    case 'expression':
    case 'repeat':
    case 'recording':
      return false;
  }
}
