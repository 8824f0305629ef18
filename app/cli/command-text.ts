import { commandText } from '../../shared/command-text.ts';
import type { InterruptReason } from '../engine/request.ts';

/** How a run or a batch goes on that ended for `reason`. */
export function resumeText(dir: string, reason?: InterruptReason): string {
  const resume = commandText('resume', dir);
  switch (reason) {
    case 'budget':
      return `${resume} --budget USD`;
    case 'review':
      return `${resume} (at a terminal, which asks, or with --approve-all)`;
    default:
      return resume;
  }
}
