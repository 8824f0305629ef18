import type { Bridge } from '../shared/ipc/channels.ts';

declare global {
  interface Window {
    /** Made by the preload script: the only way out of this page. */
    readonly crewlane: Bridge;
  }
}

export const { call, on, pathOf }: Bridge = window.crewlane;
