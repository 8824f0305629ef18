import type { Bridge, CallInput, CallName, CallOutput, PushBody, PushName } from '../../shared/ipc/channels.ts';

declare global {
  interface Window {
    /** Made by the preload script: the only way out of this page. */
    readonly crewlane: Bridge;
  }
}

/** Asks main. What can go wrong is in the answer; a rejection is a bug, or a run's folder that cannot be read. */
export async function call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
  return JSON.parse(await window.crewlane.call(name, JSON.stringify(input)));
}

/** Listens to what main tells; returns the function that ends it. */
export function on<Name extends PushName>(name: Name, listener: (body: PushBody<Name>) => void): () => void {
  return window.crewlane.on(name, (body) => listener(JSON.parse(body)));
}

/** The path of a file that was dropped on the window. */
export const pathOf: Bridge['pathOf'] = (file) => window.crewlane.pathOf(file);
