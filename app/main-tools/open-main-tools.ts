import type { SlotAnswer } from '../../shared/slot/protocol.ts';
import type { MainTools } from '../base/main-tools.ts';
import { type MainRunners, mainTools } from './main-tools.ts';

/** Opens the tools of one run. Nothing is started before the first request. */
export function openMainTools(): MainTools {
  const runners: MainRunners = { http: NOT_SUPPORTED, mcp: NOT_SUPPORTED };
  return mainTools(runners, async () => ({ ok: false, text: '', tools: [] }));
}

const NOT_SUPPORTED = {
  call: async (): Promise<SlotAnswer> => ({ ok: false, text: 'This kind of tool is not supported yet.' }),
  close: async (): Promise<void> => {},
};
