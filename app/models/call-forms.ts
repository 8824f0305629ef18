import { repairedJson } from './repaired-json.ts';
import type { ToolDescription } from './tool-description.ts';

/** A tool call that a model wrote into its text. */
export interface WrittenCall {
  name: string;
  /** The arguments as JSON. */
  arguments: string;
}

/** A form in which models write tool calls that their server does not read. */
export interface CallForm {
  /** The beginning of the first call. */
  begin: RegExp;
  /** Reads the calls at the beginning of a text; null if one cannot be read. */
  read(text: string, tools: readonly ToolDescription[]): WrittenCall[] | null;
  /** Only names of offered tools tell it from other text. */
  needsKnownTool?: true;
}

/** The forms of models that are in use, as of November 2026. */
export const CALL_FORMS: readonly CallForm[] = [
  // Hermes, Qwen, GLM and the text protocol of this project.
  { begin: /<(tool_call|function_call|tool_use)>/, read: readTags },
  // Llama and Qwen Coder.
  { begin: /<function=[\w.-]+>/, read: readFunctions },
  // Anthropic's earlier form.
  { begin: /<invoke name="[\w.-]+">/, read: readInvocations },
  // Kimi.
  { begin: /<\|tool_calls?_(?:section_)?begin\|>/, read: readKimi },
  // DeepSeek.
  { begin: /<｜tool▁calls?▁begin｜>/, read: readDeepSeek },
  // Mistral, Llama, Phi, Granite.
  { begin: /\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls?(?:\|>|>)/, read: readAfterToken },
  // Gemma and others.
  { begin: /^[ \t]*```[ \t]*tool_(?:call|calls|code|use)[ \t]*$/m, read: readFences },
  // ReAct.
  { begin: /^[ \t]*Action:[ \t]*[\w.-]+[ \t]*\n[ \t]*Action Input:/m, read: readReAct, needsKnownTool: true },
];

/** Returns the calls in a JSON value; null if it is anything else. */
export function callsIn(value: unknown): WrittenCall[] | null {
  const values = Array.isArray(value) ? value : [value];
  const calls = values.map(callIn);
  return calls.length > 0 && calls.every((call) => call !== null) ? calls : null;
}

function callIn(value: unknown): WrittenCall | null {
  if (!isObject(value)) return null;
  const called = isObject(value.function) ? value.function : value;
  const name = called.name ?? called.tool ?? called.tool_name;
  const args = called.arguments ?? called.parameters ?? called.args ?? called.input;
  if (typeof name !== 'string' || name === '' || args === undefined) return null;
  const isText = typeof args === 'string';
  if (!isText && !isObject(args)) return null;
  return { name: plainName(name), arguments: isText ? args : JSON.stringify(args) };
}

/** Some models write the namespace that they were trained with. */
function plainName(name: string): string {
  return name.trim().replace(/^functions\./, '');
}

function readTags(text: string, tools: readonly ToolDescription[]): WrittenCall[] | null {
  const blocks = text.matchAll(/<(tool_call|function_call|tool_use)>([\s\S]*?)(?:<\/\1>|(?=<\1>)|$)/g);
  return joined([...blocks].map(([, , inner = '']) => readBlock(inner.trim(), tools)));
}

function readBlock(inner: string, tools: readonly ToolDescription[]): WrittenCall[] | null {
  if (/^<function=/.test(inner)) return readFunctions(inner, tools);
  if (/^<invoke /.test(inner)) return readInvocations(inner, tools);
  const glm = /^([\w.-]+)\s*(?=<arg_key>|$)/.exec(inner)?.[1];
  if (glm === undefined) return callsIn(repairedJson(inner));
  const pairs = inner.matchAll(/<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)<\/arg_value>/g);
  return [
    fromTexts(
      glm,
      [...pairs].map(([, key = '', value = '']) => [key.trim(), value]),
      tools,
    ),
  ];
}

function readFunctions(text: string, tools: readonly ToolDescription[]): WrittenCall[] | null {
  const blocks = text.matchAll(/<function=([\w.-]+)>([\s\S]*?)(?:<\/function>|(?=<function=)|$)/g);
  return joined(
    [...blocks].map(([, name = '', inner = '']) => {
      const parameters = /<parameter=([\w.-]+)>\r?\n?([\s\S]*?)\r?\n?(?:<\/parameter>|(?=<parameter=)|$)/g;
      const pairs = [...inner.matchAll(parameters)].map(([, key = '', value = '']): Pair => [key, value]);
      if (pairs.length > 0 || inner.trim() === '') return [fromTexts(name, pairs, tools)];
      return callsIn({ name, arguments: repairedJson(inner.replace(/<\/?\w+>\s*$/, '')) });
    }),
  );
}

function readInvocations(text: string, tools: readonly ToolDescription[]): WrittenCall[] | null {
  const blocks = text.matchAll(/<invoke name="([\w.-]+)">([\s\S]*?)(?:<\/invoke>|$)/g);
  return [...blocks].map(([, name = '', inner = '']) => {
    const pairs = inner.matchAll(/<parameter name="([^"]+)"[^>]*>([\s\S]*?)<\/parameter>/g);
    return fromTexts(
      name,
      [...pairs].map(([, key = '', value = '']): Pair => [key, value]),
      tools,
    );
  });
}

function readKimi(text: string): WrittenCall[] | null {
  const blocks = text.matchAll(
    /<\|tool_call_begin\|>\s*([\w.-]+?)(?::\d+)?\s*<\|tool_call_argument_begin\|>([\s\S]*?)(?:<\|tool_call_end\|>|$)/g,
  );
  return joined([...blocks].map(([, name = '', args = '']) => callsIn({ name, arguments: repairedJson(args.trim()) })));
}

function readDeepSeek(text: string): WrittenCall[] | null {
  const blocks = text.matchAll(
    /<｜tool▁call▁begin｜>(?:function)?(?:<｜tool▁sep｜>)?\s*([\w.-]+)\s*(?:<｜tool▁sep｜>)?([\s\S]*?)(?:<｜tool▁call▁end｜>|$)/g,
  );
  return joined(
    [...blocks].map(([, name = '', args = '']) => callsIn({ name, arguments: repairedJson(unfenced(args)) })),
  );
}

/** Calls as JSON after a token of the model, or as a name with JSON. */
function readAfterToken(text: string): WrittenCall[] | null {
  const pieces = text
    .split(/\[TOOL_CALLS\]|<\|python_tag\|>|<\|\/?tool_calls?(?:\|>|>)|<\|e[ao]m?_id\|>/)
    .map((piece) => piece.trim());
  return joined(
    pieces
      .filter((piece) => piece !== '')
      .map((piece) => {
        const named = /^([\w.-]+)\s*(?:\[CALL_ID\]\w*)?(?:\[ARGS\])?\s*(\{[\s\S]*)$/.exec(piece);
        if (named) return callsIn({ name: named[1], arguments: repairedJson(named[2] ?? '') });
        return callsIn(repairedJson(piece));
      }),
  );
}

function readFences(text: string): WrittenCall[] | null {
  const blocks = text.matchAll(/^[ \t]*```[ \t]*tool_\w+[ \t]*\n([\s\S]*?)(?:^[ \t]*```|$(?![\s\S]))/gm);
  return joined([...blocks].map(([, inner = '']) => callsIn(repairedJson(inner.trim()))));
}

function readReAct(text: string, tools: readonly ToolDescription[]): WrittenCall[] | null {
  const called =
    /^[ \t]*Action:[ \t]*([\w.-]+)[ \t]*\n[ \t]*Action Input:([\s\S]*?)(?=\n\s*(?:Observation|Thought|Action|Final Answer):|$(?![\s\S]))/m.exec(
      text,
    );
  const name = called?.[1];
  const tool = tools.find((one) => one.name === name);
  return tool === undefined ? null : callsIn({ name, arguments: repairedJson(unfenced(called?.[2] ?? '')) });
}

type Pair = [key: string, value: string];

/** A call whose arguments are written as texts. The parameters of the tool decide which of them are JSON. */
function fromTexts(name: string, pairs: readonly Pair[], tools: readonly ToolDescription[]): WrittenCall {
  const plain = plainName(name);
  const properties = tools.find((tool) => tool.name === plain)?.parameters.properties;
  const args = pairs.map(([key, value]) => {
    const schema = isObject(properties) ? properties[key] : undefined;
    const isText = isObject(schema) && schema.type === 'string';
    return [key, isText ? value : jsonOrText(value)];
  });
  return { name: plain, arguments: JSON.stringify(Object.fromEntries(args)) };
}

function jsonOrText(text: string): unknown {
  if (/^\s*(?:-?\d+(?:\.\d+)?|true|false|null)\s*$/.test(text)) return JSON.parse(text);
  return repairedJson(text) ?? text;
}

function unfenced(text: string): string {
  return text
    .replace(/^\s*```\w*\s*/, '')
    .replace(/\s*```\s*$/, '')
    .trim();
}

function joined(lists: readonly (WrittenCall[] | null)[]): WrittenCall[] | null {
  return lists.every((list) => list !== null) ? lists.flat() : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
