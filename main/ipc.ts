import { ipcMain, type WebContents } from 'electron';
import { z } from 'zod';
import { type CallName, type CallOutput, calls, type PushBody, type PushName } from '../shared/ipc/channels.ts';
import { messageLimit } from '../shared/ipc/message-limit.ts';
import { CALL_CHANNEL, PUSH_CHANNEL } from '../shared/ipc/wire.ts';
import { parseJson } from '../shared/parse-json.ts';

/** The parsed input of a call. */
export type Parsed<Name extends CallName> = z.output<(typeof calls)[Name]['input']>;

/** One function per call of the table. The first argument is the window that called. */
export type Handlers<Window> = {
  [Name in CallName]: (window: Window, input: Parsed<Name>) => Promise<CallOutput<Name>> | CallOutput<Name>;
};

/**
 * Handles the calls of the table. A call that does not come from our page in one of our windows is refused. Input that
 * does not match the table is refused before a handler receives it.
 */
export function answerCalls<Window>(
  handlers: Handlers<Window>,
  windowOf: (sender: WebContents) => Window | null,
  ourPage: (url: string) => boolean,
): void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, input: unknown): Promise<string> => {
    const frame = event.senderFrame;
    const window = windowOf(event.sender);
    if (window === null || frame === null || frame !== event.sender.mainFrame || !ourPage(frame.url)) {
      throw new Error('This page may not make calls.');
    }
    if (!isCall(name)) throw new Error('Unknown call.');
    const refusal = messageRefusal(name, input);
    if (refusal !== null) {
      push(event.sender, 'app.error', { message: refusal });
      throw new Error(refusal);
    }
    return JSON.stringify(await answer(handlers, window, name, parseJson(String(input))));
  });
}

/** Why a message is refused before it is read, or null. The preload script sends the length of one that is too large. */
export function messageRefusal(name: CallName, input: unknown): string | null {
  const limit = messageLimit(name);
  const length = typeof input === 'number' ? input : typeof input === 'string' ? input.length : null;
  if (length === null) return `The message "${name}" is not text.`;
  if (length <= limit) return typeof input === 'string' ? null : `The message "${name}" is not text.`;
  const mib = (characters: number) => Math.ceil(characters / (1024 * 1024));
  return `The message "${name}" has ${mib(length)} MiB. At most ${mib(limit)} MiB can be sent at once, so nothing was done.`;
}

function isCall(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(calls, name);
}

function answer<Window, Name extends CallName>(
  handlers: Handlers<Window>,
  window: Window,
  name: Name,
  input: unknown,
): Promise<CallOutput<Name>> | CallOutput<Name> {
  const parsed = calls[name].input.safeParse(input);
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  // The handler's type is derived from the schema that was just applied; TypeScript cannot infer that through the
  // index.
  return handlers[name](window, parsed.data as Parsed<Name>);
}

/** Sends a push to a window. Does nothing if the window is closed. */
export function push<Name extends PushName>(to: WebContents, name: Name, body: PushBody<Name>): void {
  if (!to.isDestroyed()) to.send(PUSH_CHANNEL, name, JSON.stringify(body));
}
