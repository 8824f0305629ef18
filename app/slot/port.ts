import { type FromSlot, fromSlotSchema, type ToSlot, toSlotSchema } from '../../shared/slot/protocol.ts';

/** The channel between this process and the engine's. */
export interface Port {
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
    send: (message) => parentPort.postMessage(checked(message)),
    onMessage: (listener) => parentPort.on('message', ({ data }) => listener(toSlotSchema.parse(data))),
    onClose: () => undefined,
  };
}

function nodePort(): Port {
  return {
    send: (message) => {
      // What has ended in between cannot be told anything; `onClose` ends this process.
      if (process.connected) process.send?.(checked(message), () => undefined);
    },
    onMessage: (listener) => process.on('message', (message) => listener(toSlotSchema.parse(message))),
    onClose: (listener) => process.on('disconnect', listener),
  };
}

/** The engine kills a slot that sends anything else: better to find it here. */
function checked(message: FromSlot): FromSlot {
  return message.type === 'text' ? message : fromSlotSchema.parse(message);
}
