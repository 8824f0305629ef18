import type { Bridge } from '../shared/ipc/channels.ts';

declare global {
  interface Window {
    /** Made by the preload script: the only way out of this page. */
    readonly crewlane: Bridge;
  }
}

/** Asks main. What can go wrong is in the answer; a rejection is a bug, or a run's folder that cannot be read. */
export const call: Bridge['call'] = (name, input) => window.crewlane.call(name, input);

/** Listens to what main tells; returns the function that ends it. */
export const on: Bridge['on'] = (name, listener) => window.crewlane.on(name, listener);

/** The path of a file that was dropped on the window. */
export const pathOf: Bridge['pathOf'] = (file) => window.crewlane.pathOf(file);
