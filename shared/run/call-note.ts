import type { LastAnswer } from './events/shapes.ts';

interface CallFacts {
  prompt_tokens: number;
  left_out?: string[] | undefined;
  adjusted?: string[] | undefined;
  final?: LastAnswer | undefined;
  protocol?: 'text' | undefined;
  fallback?: number | undefined;
  shortened?: number | undefined;
  uncounted_tokens?: number | undefined;
}

const WHY_LAST = {
  iterations: 'max_iterations was reached',
  repeated_calls: 'the same tool call was repeated',
  call_limit: 'call_limit was reached',
  token_limit: 'token_limit was reached',
} as const satisfies Record<LastAnswer, string>;

/** Returns a note for people about unusual properties of a model call; null if there are none. */
export function callNote({
  left_out: leftOut = [],
  adjusted = [],
  final,
  protocol,
  fallback,
  shortened: removed,
  uncounted_tokens: uncounted,
  prompt_tokens: counted,
}: CallFacts): string | null {
  const notes = [
    ...(fallback === undefined ? [] : [`fallback ${fallback}`]),
    ...leftOut.map((name) => `${name} was left out`),
    ...adjusted,
    ...(protocol === 'text' ? ['tools were called as text'] : []),
    ...(final === undefined ? [] : [`${WHY_LAST[final]}: a last answer without tools`]),
    ...(removed === undefined ? [] : [`${count(removed)} characters left out to fit the context window`]),
    ...(uncounted === undefined ? [] : [cutText(counted, uncounted)]),
  ];
  return notes.length === 0 ? null : notes.join(', ');
}

function cutText(counted: number, uncounted: number): string {
  return `the server counted ${count(counted)} of about ${count(counted + uncounted)} prompt tokens, so it may have cut the prompt without an error: raise its context length (Ollama: OLLAMA_CONTEXT_LENGTH), or set settings.context_window to it`;
}

/** Formats a number with commas for thousands. */
function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
