import { z } from 'zod';
import { withOwnNames } from '../../shared/tools/argument-aliases.ts';
import { type MainToolName, TOOLS } from '../../shared/tools/catalogue.ts';
import { BUILT_IN_LIMITS, KNOWLEDGE_LIMITS, type ToolSource } from '../../shared/tools/definition.ts';
import type { ToolDescription } from '../../shared/tools/description.ts';
import { parametersOf, readArguments } from './arguments.ts';
import type { Tool, ToolContext } from './tool.ts';

type BuiltIn = Extract<ToolSource, { kind: 'built_in' }>['tool'];

/** The tools that reach outside, which rehearsals do not call. */
type OutsideName = {
  [Name in MainToolName]: (typeof TOOLS)[Name]['reachesOutside'] extends true ? Name : never;
}[MainToolName];

/** The answers of rehearsals. */
const REHEARSED: Readonly<Record<OutsideName, string>> = {
  web_search:
    '[rehearsal: the web was not searched]\n1. An overview\n   https://example.com/overview\n2. A report with figures\n   https://example.com/report\n3. A critical view\n   https://example.com/view',
  send_email: '[rehearsal: no email was sent] Sent to 1 address. Message ID: <rehearsed@example.com>',
  http_request: '[rehearsal: no request was sent]\nStatus: 200\nType: application/json\n\n{"rehearsed": true}',
};

/** Makes a tool whose calls are carried out in the process of the engine. */
export function mainTool(name: MainToolName): Tool {
  const { description, arguments: schema, aliases }: ToolDescription = TOOLS[name];
  return {
    describe: async () => ({ description, parameters: parametersOf(schema) }),
    call: async (args, context) => {
      const given = readArguments(schema, withOwnNames(args, aliases));
      return given.ok ? askMain(name, given.value, context) : given.result;
    },
    ...(isRehearsed(name) ? { rehearse: () => REHEARSED[name] } : {}),
  };
}

function isRehearsed(name: MainToolName): name is OutsideName {
  return Object.hasOwn(REHEARSED, name);
}

/** Calls a built-in tool in the process of the engine. */
export function askMain(
  tool: BuiltIn,
  args: unknown,
  { agent, ask, idempotencyKey, isAgain }: ToolContext,
  limits = tool === 'knowledge_search' ? KNOWLEDGE_LIMITS : BUILT_IN_LIMITS,
) {
  return ask({
    kind: 'tool.call',
    agent,
    tool: { name: tool, source: { kind: 'built_in', tool }, limits },
    arguments: z.json().parse(args),
    idempotency_key: idempotencyKey,
    ...(isAgain ? { again: true as const } : {}),
  });
}
