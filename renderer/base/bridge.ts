import type { Bridge, CallInput, CallName, CallOutput, PushBody, PushName } from '../../shared/ipc/channels.ts';
import { activitiesOfPage } from './activities.ts';

declare global {
  interface Window {
    /** Created by the preload script. The only connection from this page to the main process. */
    readonly crewlane: Bridge;
  }
}

/** Calls main. Expected failures are in the answer; a rejection is a bug, or an unreadable run folder. */
export async function call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
  const { crewlane } = window;
  return activitiesOfPage(crewlane).during(`call:${name}`, async () =>
    JSON.parse(await crewlane.call(name, JSON.stringify(input))),
  );
}

/** Subscribes to messages from main. Returns a function that unsubscribes. */
export function on<Name extends PushName>(name: Name, listener: (body: PushBody<Name>) => void): () => void {
  return window.crewlane.on(name, (body) => listener(JSON.parse(body)));
}

/** The path of a file that was dropped on the window. */
export const pathOf: Bridge['pathOf'] = (file) => window.crewlane.pathOf(file);
