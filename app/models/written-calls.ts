import { findAnyJson } from '../../shared/slot/json-answer.ts';
import { CALL_FORMS, type CallForm, callsIn, type WrittenCall } from './call-forms.ts';
import type { ToolDescription } from './tool-description.ts';

/** The tool calls that a model wrote into its text. */
export interface WrittenCalls {
  /** The text before the first call. Text after it is invented, because no call was made. */
  text: string;
  calls: WrittenCall[];
}

/**
 * Returns the tool calls that a model wrote into its text, in any of the forms that models are trained with; null if
 * there are none, or if one cannot be read. JSON without a mark counts only if it is the whole answer, and only for
 * tools that were offered.
 */
export function writtenCalls(text: string, tools: readonly ToolDescription[]): WrittenCalls | null {
  const first = firstForm(text, tools);
  if (first) {
    const calls = first.form.read(text.slice(first.at), tools);
    return calls?.length ? { text: text.slice(0, first.at).trim(), calls } : null;
  }
  const whole = findAnyJson(text);
  const calls = whole === null || whole.note !== null ? null : callsIn(whole.value);
  const isOffered = calls?.every((call) => tools.some(({ name }) => name === call.name));
  return calls && isOffered ? { text: '', calls } : null;
}

/** Returns the name of the tool that a text calls, also if the call cannot be read; null if it calls none. */
export function calledInText(text: string, tools: readonly ToolDescription[]): string | null {
  const read = writtenCalls(text, tools)?.calls[0]?.name;
  if (read !== undefined) return read;
  const first = firstForm(text, tools);
  return first && (tools.find(({ name }) => text.slice(first.at).includes(name))?.name ?? 'a tool');
}

/** The form of the first call in a text, and where it begins. A call in a fenced block is an example. */
function firstForm(text: string, tools: readonly ToolDescription[]): { form: CallForm; at: number } | null {
  const found = CALL_FORMS.flatMap((form) => {
    const at = text.search(form.begin);
    if (at < 0 || isInFence(text.slice(0, at))) return [];
    const rest = text.slice(at);
    if (!/(?:^|\n)[ \t]*$/.test(text.slice(0, at)) && !isReadable(rest, form, tools)) return [];
    const isOffered = tools.some(({ name }) => rest.includes(name));
    return isOffered || (!form.needsKnownTool && endsWithCall(rest, form)) ? [{ form, at }] : [];
  });
  return found.sort((a, b) => a.at - b.at)[0] ?? null;
}

function isInFence(before: string): boolean {
  return (before.match(/^[ \t]*(?:```|~~~)/gm)?.length ?? 0) % 2 === 1;
}

/** Whether a text in the middle of a line is a call, and not the mention of its form. */
function isReadable(text: string, form: CallForm, tools: readonly ToolDescription[]): boolean {
  return (form.read(text, tools) ?? []).length > 0;
}

/** Whether a text is nothing but calls, also of tools that do not exist. Text that explains calls continues after them. */
function endsWithCall(text: string, form: CallForm): boolean {
  return isReadable(text, form, []) && /(?:[>\]}]|```)\s*$/.test(text);
}
