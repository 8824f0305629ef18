import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge, PushName } from '../shared/ipc/channels.ts';
import { messageLimit } from '../shared/ipc/message-limit.ts';
import { CALL_CHANNEL, PUSH_CHANNEL } from '../shared/ipc/wire.ts';

/** The bridge only transports messages. Main has the table of calls, validates input and checks the sender. */
function openBridge(): Bridge {
  const listeners = new Map<PushName, Set<(body: string) => void>>();
  ipcRenderer.on(PUSH_CHANNEL, (_event, name: PushName, body: string) => {
    for (const listener of listeners.get(name) ?? []) listener(body);
  });
  return {
    // A message that is too large is not sent: main receives its length and refuses it.
    call: (name, input) =>
      ipcRenderer.invoke(CALL_CHANNEL, name, input.length > messageLimit(name) ? input.length : input),
    on: (name, listener) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known);
      known.add(listener);
      return () => known.delete(listener);
    },
    // A page can pass any value; a value that is not a file has no path.
    pathOf: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
  };
}

contextBridge.exposeInMainWorld('crewlane', openBridge());
