import type { InterruptReason } from '../engine/request.ts';

/** A command as a person types it; what a shell would take apart stands between quotes. */
export function commandText(...words: readonly string[]): string {
  return ['crewlane', ...words.map(quoted)].join(' ');
}

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

function quoted(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
