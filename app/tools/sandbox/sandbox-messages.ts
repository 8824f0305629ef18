/** What the thread of a sandbox runs. */
export interface SandboxProgram {
  code: string;
  /** `module`: the default export is called with `args`. `code`: the value of the last expression is the result. */
  form: 'module' | 'code';
  /** JSON. */
  args: string;
  timeoutMs: number;
  memoryBytes: number;
}

/** A call of a function of `files`. The program waits for its answer. */
export type FileCall =
  | { op: 'read'; path: string }
  | { op: 'write'; path: string; content: string }
  | { op: 'list'; path: string };

/** `value`: a text for `read`, names for `list`. */
export type FileAnswer = { ok: true; value: string | string[] | null } | { ok: false; text: string };

/** How a program ended. `value` is JSON, or undefined if there is none. */
export type SandboxEnd =
  | { ok: true; value: string | undefined; log: string }
  | { ok: false; error: string; log: string };

/** From the thread. `ready`: the sandbox is loaded, and the program starts. */
export type FromSandbox = { ready: true } | { file: FileCall } | { end: SandboxEnd };
