import { type FromSlot, type ToSlot, toSlotSchema } from '../../shared/slot/protocol.ts';

/** The time in ms that streamed text waits for another message to be sent with: about two frames of a window. */
const TEXT_MS = 30;

/** The channel between this process and the process of the engine. */
export interface Port {
  /** Messages sent in one iteration of the event loop are combined. */
  send(message: FromSlot): void;
  onMessage(listener: (message: ToSlot) => void): void;
  /** Calls the listener when the process of the engine has closed the channel. */
  onClose(listener: () => void): void;
}

/** The port that Electron gives a utility process; the types of Electron are not available here. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: { data: unknown }) => void): void;
}

/**
 * Returns the channel of this process: the port of an Electron utility process, else the channel of Node to the parent
 * process.
 */
export function openPort(): Port {
  const { parentPort } = process as { parentPort?: ParentPort };
  return parentPort ? electronPort(parentPort) : nodePort();
}

/** The system ends a utility process when its parent ends. */
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
      // The parent may have ended meanwhile; `onClose` then ends this process.
      if (process.connected) process.send?.(messages, () => undefined);
    }),
    onMessage: (listener) => process.on('message', (messages) => readTo(messages, listener)),
    onClose: (listener) => process.on('disconnect', listener),
  };
}

/** Passes each received message to `listener` after validating it against the protocol. */
export function readTo(messages: unknown, listener: (message: ToSlot) => void): void {
  for (const message of toSlotListSchema.parse(messages)) listener(message);
}

const toSlotListSchema = toSlotSchema.array();

/** Combines the messages of one moment, because each sending wakes up both processes. */
function collecting(post: (messages: FromSlot[]) => void): Port['send'] {
  let queued: FromSlot[] = [];
  let text: NodeJS.Timeout | null = null;
  let soon: NodeJS.Immediate | null = null;
  const flush = () => {
    if (text) clearTimeout(text);
    text = null;
    soon = null;
    post(queued);
    queued = [];
  };
  return (message) => {
    const last = queued.at(-1);
    const continuesLast = message.type === 'text' && last?.type === 'text' && last.key === message.key;
    if (continuesLast) queued[queued.length - 1] = { ...last, delta: last.delta + message.delta };
    else queued.push(message);
    if (message.type === 'text') text ??= soon ? null : setTimeout(flush, TEXT_MS);
    else soon ??= setImmediate(flush);
  };
}
