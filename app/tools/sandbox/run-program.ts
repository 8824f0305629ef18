import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core';
import type { FileAnswer, FileCall, SandboxEnd, SandboxProgram } from './sandbox-messages.ts';

const STACK_BYTES = 512 * 1024;
const MAX_LOG = 64_000;

/**
 * Runs a program in an interpreter of its own, which has no access to this process, the network or the system: only the
 * language, `console` and `files`. The program ends at its limits of time and memory.
 * @param callFile carries out a call of `files`, and blocks meanwhile
 * @param ready called when the interpreter is loaded
 */
export async function runProgram(
  program: SandboxProgram,
  callFile: (call: FileCall) => FileAnswer,
  ready: () => void,
): Promise<SandboxEnd> {
  const interpreter = await newQuickJSWASMModuleFromVariant(variant);
  ready();
  const deadline = performance.now() + program.timeoutMs;
  const runtime = interpreter.newRuntime();
  runtime.setMemoryLimit(program.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  const isLate = () => performance.now() > deadline;
  runtime.setInterruptHandler(isLate);
  const context = runtime.newContext();
  const log = new Log();
  addConsole(context, log);
  const files = addFiles(context, callFile);
  const outcome = evaluate(context, runtime, program, files);
  if (outcome.ok) return { ...outcome, log: log.text };
  return {
    ok: false,
    error: isLate() ? `It ran longer than ${program.timeoutMs / 1000} s.` : outcome.error,
    log: log.text,
  };
}

type Outcome = { ok: true; value: string | undefined } | { ok: false; error: string };

// The handles of the interpreter are not disposed of: the thread ends after its program.
function evaluate(
  context: QuickJSContext,
  runtime: QuickJSRuntime,
  { code, form, args }: SandboxProgram,
  files: QuickJSHandle,
): Outcome {
  const loaded = form === 'module' ? evaluateModule(context, code) : evaluateCode(context, code);
  const value = settle(context, runtime, loaded);
  if (!value.ok || form === 'code') return value.ok ? jsonOf(context, value.handle) : value;
  const main = context.getProp(value.handle, 'default');
  if (context.typeof(main) !== 'function')
    return {
      ok: false,
      error: 'The module has no default export that is a function. Write: export default (args, files) => value',
    };
  const given = context.unwrapResult(context.evalCode(`(${args})`));
  const called = settle(context, runtime, context.callFunction(main, context.undefined, given, files));
  return called.ok ? jsonOf(context, called.handle) : called;
}

type Evaluated = ReturnType<QuickJSContext['evalCode']>;

function evaluateModule(context: QuickJSContext, code: string): Evaluated {
  return context.evalCode(code, 'script.js', { type: 'module' });
}

/** The value of the code is that of its last expression. Code with `return` or `await` is the body of a function. */
function evaluateCode(context: QuickJSContext, code: string): Evaluated {
  const plain = context.evalCode(code, 'code.js', { type: 'global', strict: false });
  if (!plain.error || context.dump(context.getProp(plain.error, 'name')) !== 'SyntaxError') return plain;
  const body = context.evalCode(`(async () => {\n${code}\n})()`, 'code.js', { type: 'global', strict: false });
  return body.error ? plain : body;
}

type Settled = { ok: true; handle: QuickJSHandle } | { ok: false; error: string };

/** Performs the open jobs of the program until the promise is settled. Other values are settled. */
function settle(context: QuickJSContext, runtime: QuickJSRuntime, evaluated: Evaluated): Settled {
  if (evaluated.error) return { ok: false, error: errorText(context, evaluated.error) };
  const jobs = runtime.executePendingJobs();
  if (jobs.error) return { ok: false, error: errorText(context, jobs.error) };
  const state = context.getPromiseState(evaluated.value);
  switch (state.type) {
    case 'fulfilled':
      return { ok: true, handle: state.value };
    case 'rejected':
      return { ok: false, error: errorText(context, state.error) };
    case 'pending':
      return { ok: false, error: 'The program waits for something that never happens.' };
  }
}

function jsonOf(context: QuickJSContext, handle: QuickJSHandle): Outcome {
  if (context.typeof(handle) === 'undefined') return { ok: true, value: undefined };
  context.setProp(context.global, '__result', handle);
  const json = context.evalCode('JSON.stringify(__result) ?? String(__result)');
  if (json.error)
    return { ok: false, error: `The result cannot be written as JSON: ${errorText(context, json.error)}` };
  return { ok: true, value: context.getString(json.value) };
}

function errorText(context: QuickJSContext, error: QuickJSHandle): string {
  const dumped: unknown = context.dump(error);
  if (typeof dumped !== 'object' || dumped === null || !('message' in dumped))
    return `It threw ${JSON.stringify(dumped)}.`;
  const { name = 'Error', message, stack = '' } = dumped as { name?: string; message: unknown; stack?: string };
  const line = /(?:code|script)\.js:(\d+)/.exec(String(stack))?.[1];
  return `${name}: ${String(message)}${line === undefined ? '' : ` (line ${line})`}`;
}

class Log {
  text = '';

  add(line: string): void {
    if (this.text.length < MAX_LOG) this.text += `${line}\n`;
    if (this.text.length >= MAX_LOG) this.text = `${this.text.slice(0, MAX_LOG)}…`;
  }
}

function addConsole(context: QuickJSContext, log: Log): void {
  const write = context.newFunction('__log', (line) => log.add(context.getString(line)));
  context.setProp(context.global, '__log', write);
  context.unwrapResult(
    context.evalCode(`{
      const write = __log;
      delete globalThis.__log;
      const text = (value) => {
        if (typeof value === 'string') return value;
        if (value instanceof Error) return String(value);
        try { return JSON.stringify(value) ?? String(value); } catch { return String(value); }
      };
      const log = (...values) => write(values.map(text).join(' '));
      globalThis.console = { log, info: log, warn: log, error: log, debug: log };
    }`),
  );
}

/** Adds `files`, whose functions throw an error with the text of a refusal. */
function addFiles(context: QuickJSContext, callFile: (call: FileCall) => FileAnswer): QuickJSHandle {
  const call = context.newFunction('__file', (json) => {
    const answer = callFile(JSON.parse(context.getString(json)));
    return context.newString(JSON.stringify(answer));
  });
  context.setProp(context.global, '__file', call);
  return context.unwrapResult(
    context.evalCode(`{
      const call = __file;
      delete globalThis.__file;
      const { parse, stringify } = JSON;
      const ask = (request) => {
        const answer = parse(call(stringify(request)));
        if (!answer.ok) throw new Error(answer.text);
        return answer.value;
      };
      globalThis.files = Object.freeze({
        read: (path) => ask({ op: 'read', path: String(path) }),
        write: (path, content) => {
          const text = typeof content === 'string' ? content : stringify(content, null, 2);
          if (typeof text !== 'string') throw new TypeError('files.write(path, content) needs a text as content');
          ask({ op: 'write', path: String(path), content: text });
        },
        list: (path = '.') => ask({ op: 'list', path: String(path) }),
      });
      globalThis.files;
    }`),
  );
}
