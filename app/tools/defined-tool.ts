import { z } from 'zod';
import { cutAnswer } from '../../shared/tools/cut-answer.ts';
import type { ToolDefinition, ToolKind } from '../../shared/tools/definition.ts';
import { checkedArguments } from './defined-arguments.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';

type Work = (definition: ToolDefinition) => Pick<Tool, 'call' | 'rehearse'>;

/** How the kinds of tools work that crews define. Another kind is an entry here; see `shared/tools/definition.ts`. */
const WORK: Readonly<Record<ToolKind, Work>> = {
  built_in: inMain,
  http: checked(inMain),
  mcp: inMain, // The server checks its arguments.
  script: checked(inSlot(async (...given) => (await import('./script-tool.ts')).runScript(...given))),
};

/** Makes a tool that a crew defines. */
export function definedTool(definition: ToolDefinition): Tool {
  const { description, parameters, source } = definition;
  return { describe: async () => ({ description, parameters }), ...WORK[source.kind](definition) };
}

/** Checks the arguments of calls against the `parameters` of the tool. */
function checked(work: Work): Work {
  return (definition) => {
    const tool = work(definition);
    return {
      ...tool,
      call: async (args, context) => {
        const given = checkedArguments(definition, args);
        return given.ok ? tool.call(given.value, context) : given.result;
      },
    };
  };
}

/** A tool whose calls are carried out in the process of the engine, which also applies its limits. */
function inMain({ name, source, limits }: ToolDefinition): Pick<Tool, 'call' | 'rehearse'> {
  return {
    call: async (args, { agent, ask, idempotencyKey, isAgain }) =>
      ask({
        kind: 'tool.call',
        agent,
        tool: { name, source, limits },
        arguments: z.json().parse(args),
        idempotency_key: idempotencyKey,
        ...(isAgain ? { again: true as const } : {}),
      }),
    rehearse: () => `[rehearsal: ${name} was not called] A rehearsed answer of ${name}.`,
  };
}

/** Makes a kind of tools that run in the slot, and applies their limits: `run` is aborted after `timeout_s`. */
function inSlot(run: (definition: ToolDefinition, args: unknown, context: ToolContext) => Promise<ToolResult>): Work {
  return (definition) => ({
    call: async (args, context) => {
      const { name, source, limits } = definition;
      const counted = await context.ask({ kind: 'tool.count', tool: { name, source: withoutCode(source), limits } });
      if (!counted.ok) return counted;
      const timeout = AbortSignal.timeout(limits.timeout_s * 1000);
      try {
        const result = await run(definition, args, { ...context, signal: AbortSignal.any([context.signal, timeout]) });
        return { ...result, text: cutAnswer(result.text, limits.answer_characters) };
      } catch (error) {
        if (!timeout.aborted || context.signal.aborted) throw error;
        return { ok: false, text: `${name} gave no answer within ${limits.timeout_s} s (timeout_s).` };
      }
    },
  });
}

/** The engine counts calls. It has the code of scripts itself. */
function withoutCode(source: ToolDefinition['source']): ToolDefinition['source'] {
  return source.kind === 'script' ? { kind: source.kind, script: source.script } : source;
}
