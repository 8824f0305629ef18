import { type FromSlot, type ToSlot, toSlotSchema } from '../../shared/slot/protocol.ts';

/** Streamed text that nothing else goes along with waits so long for more: about two frames of a window. */
const TEXT_MS = 30;

/** The channel between this process and the engine's. */
export interface Port {
  /** What is said in one turn of the loop travels together. */
  send(message: FromSlot): void;
  onMessage(listener: (message: ToSlot) => void): void;
  /** The engine's end is gone. */
  onClose(listener: () => void): void;
}

/** What Electron gives a utility process; its own types are not known here. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: { data: unknown }) => void): void;
}

/** The channel of this process: Electron's where it is a utility process, else Node's own to the process that forked it. */
export function openPort(): Port {
  const { parentPort } = process as { parentPort?: ParentPort };
  return parentPort ? electronPort(parentPort) : nodePort();
}

/** A utility process is ended by the system when its parent goes. */
function electronPort(parentPort: ParentPort): Port {
  return {
    send: collecting((messages) => parentPort.postMessage(messages)),
    onMessage: (listener) => parentPort.on('message', ({ data }) => readTo(data, listener)),
    onClose: () => undefined,
  };
}

function nodePort(): Port {
  return {
    send: collecting((messages) => {
      // What has ended in between cannot be told anything; `onClose` ends this process.
      if (process.connected) process.send?.(messages, () => undefined);
    }),
    onMessage: (listener) => process.on('message', (messages) => readTo(messages, listener)),
    onClose: (listener) => process.on('disconnect', listener),
  };
}

/** Hands what has arrived to `listener`, message by message, once it is known to be of the protocol. */
export function readTo(messages: unknown, listener: (message: ToSlot) => void): void {
  for (const message of toSlotListSchema.parse(messages)) listener(message);
}

const toSlotListSchema = toSlotSchema.array();

/** Sending costs both processes a wake-up, whatever is sent: so one for what is said together. */
function collecting(post: (messages: FromSlot[]) => void): Port['send'] {
  let said: FromSlot[] = [];
  let text: NodeJS.Timeout | null = null;
  let soon: NodeJS.Immediate | null = null;
  const flush = () => {
    if (text) clearTimeout(text);
    text = null;
    soon = null;
    post(said);
    said = [];
  };
  return (message) => {
    const last = said.at(-1);
    const goesOn = message.type === 'text' && last?.type === 'text' && last.key === message.key;
    if (goesOn) said[said.length - 1] = { ...last, delta: last.delta + message.delta };
    else said.push(message);
    if (message.type === 'text') text ??= soon ? null : setTimeout(flush, TEXT_MS);
    else soon ??= setImmediate(flush);
  };
}
