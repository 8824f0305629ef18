import type { MainToolCall, SlotAnswer } from '../../shared/slot/slot-request.ts';
import { cutAnswer } from '../../shared/tools/cut-answer.ts';
import type { MainToolKind, ToolSource } from '../../shared/tools/definition.ts';
import type { MainTools } from '../base/main-tools.ts';
import { messageOf } from '../base/system-error.ts';

/** Carries out the calls of one kind of tools, for all slots of a run. */
export interface MainRunner<Kind extends MainToolKind> {
  /**
   * Carries out a call. A tool that fails answers with `ok: false`; a rejection counts as such an answer. `signal` aborts
   * the call if its turn ends, or after `timeout_s`.
   */
  call(source: Extract<ToolSource, { kind: Kind }>, call: MainToolCall, signal: AbortSignal): Promise<SlotAnswer>;
  /** Resolves when no process and no connection of the runner is left. */
  close(): Promise<void>;
}

/** The runner of each kind. Another kind is an entry here; see `shared/tools/definition.ts`. */
export type MainRunners = { readonly [Kind in MainToolKind]: MainRunner<Kind> };

/** Makes the tools of one run from the runners of all kinds. */
export function mainTools(runners: MainRunners, find: MainTools['find']): MainTools {
  return {
    find,
    call: (call, signal) => withinLimits(call, signal, (both) => dispatch(runners, call, both)),
    close: async () => {
      await Promise.all(Object.values(runners).map((runner) => runner.close()));
    },
  };
}

function dispatch(runners: MainRunners, call: MainToolCall, signal: AbortSignal): Promise<SlotAnswer> {
  const { source } = call.tool;
  switch (source.kind) {
    case 'built_in':
      return runners.built_in.call(source, call, signal);
    case 'http':
      return runners.http.call(source, call, signal);
    case 'mcp':
      return runners.mcp.call(source, call, signal);
    case 'script':
      throw new Error('it runs in the slot');
  }
}

/** Ends a call after `timeout_s`, also if its runner does not, and cuts its answer. */
async function withinLimits(
  { tool: { name, limits } }: MainToolCall,
  turn: AbortSignal,
  run: (signal: AbortSignal) => Promise<SlotAnswer>,
): Promise<SlotAnswer> {
  const timeout = AbortSignal.timeout(limits.timeout_s * 1000);
  const signal = AbortSignal.any([turn, timeout]);
  try {
    const answer = await Promise.race([run(signal), rejectedBy(signal)]);
    return { ...answer, text: cutAnswer(answer.text, limits.answer_characters) };
  } catch (error) {
    if (!timeout.aborted) return { ok: false, text: `${name} failed: ${messageOf(error)}` };
    return { ok: false, text: `${name} gave no answer within ${limits.timeout_s} s (timeout_s).` };
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
