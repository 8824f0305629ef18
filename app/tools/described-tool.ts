import { z } from 'zod';
import type { Databases } from '../../shared/crew/databases.ts';
import { withOwnNames } from '../../shared/tools/argument-aliases.ts';
import { type EngineToolName, TOOLS } from '../../shared/tools/catalogue.ts';
import type { ToolDescription } from '../../shared/tools/description.ts';
import { parametersOf, readArguments } from './arguments.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';

/** How a tool works that runs in the slot. */
interface Work<Arguments> {
  call(args: Arguments, context: ToolContext): Promise<ToolResult>;
  /** What models also need to know about this workspace, or the databases of the crew. It follows the description. */
  details?(workspace: string, databases?: Databases): Promise<string>;
}

/** What a tool needs that reaches outside the workspace and the run. */
interface OutsideWork<Arguments> {
  /** The answer of a rehearsal. `args` is null if the arguments are invalid. */
  rehearse(args: Arguments | null): string;
}

/** Makes a tool that runs in the slot from its description in the catalogue. */
export function slotTool<Arguments, Outside extends boolean>(
  description: ToolDescription & { arguments: z.ZodType<Arguments>; reachesOutside: Outside },
  work: Work<Arguments> & (Outside extends true ? OutsideWork<Arguments> : { rehearse?: never }),
): Tool {
  const { arguments: schema, aliases } = description;
  const { rehearse } = work;
  return {
    describe: async (workspace, databases) => describe(description, await work.details?.(workspace, databases)),
    call: async (args, context) => {
      const given = readArguments(schema, withOwnNames(args, aliases));
      return given.ok ? work.call(given.value, context) : given.result;
    },
    ...(rehearse
      ? { rehearse: (args: unknown) => rehearse(schema.safeParse(withOwnNames(args, aliases)).data ?? null) }
      : {}),
  };
}

/** The answers of rehearsals for tools that only work with people. */
const REHEARSED: Partial<Record<EngineToolName, (args: unknown) => string>> = {
  ask_person: (args) => TOOLS.ask_person.arguments.safeParse(args).data?.choices?.[0] ?? 'Rehearsal: nobody was asked.',
};

/** Makes a tool that the engine answers. The engine parses the arguments. */
export function engineTool(name: EngineToolName): Tool {
  const description: ToolDescription = TOOLS[name];
  const rehearse = REHEARSED[name];
  return {
    describe: async () => describe(description),
    call: async (args, { agent, ask, idempotencyKey }) =>
      ask({
        kind: name,
        agent,
        arguments: z.json().parse(withOwnNames(args, description.aliases)),
        call: idempotencyKey,
      }),
    ...(rehearse ? { rehearse } : {}),
  };
}

function describe({ description, arguments: schema }: ToolDescription, details?: string) {
  const text = details === undefined ? description : `${description} ${details}`;
  return { description: text, parameters: parametersOf(schema) };
}
