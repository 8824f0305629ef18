import type { Conversation } from './conversation.ts';

/**
 * Features that a rehearsed judge checks: words that request the feature, a pattern that finds it, and the remark if it
 * is missing.
 */
const EXPECTATIONS = [
  { asked: /\btables?\b/i, shown: /^\|.*\|$/m, remark: 'A table was expected, but is missing. Add one.' },
  {
    asked: /\bsources?\b/i,
    shown: /^### Sources$/m,
    remark: 'The sources are missing. Name them.',
  },
] as const;

/** Returns the verdict on a result as JSON; null if the prompt is not about a verdict. */
export function readVerdict({ prompt }: Conversation): string | null {
  if (!/^# (Review|Check)$/m.test(prompt.split('\n')[0] ?? '')) return null;
  const [brief = '', result = ''] = prompt.split(/^## Result of .+$/m);
  const missing = EXPECTATIONS.find(({ asked, shown }) => asked.test(expectedIn(brief)) && !shown.test(result));
  return JSON.stringify(missing ? { approved: false, remark: missing.remark } : { approved: true });
}

/** Returns the part of a rehearsed answer that responds to remarks. */
export function afterRemarks({ remarks, context }: Conversation): string[] {
  const said = remarks.join('\n');
  const names = context.length > 0 ? context : ['what the task itself says'];
  return [
    ...(/\btables?\b/i.test(said)
      ? [`### At a glance\n\n| from | weight |\n| --- | --- |\n${names.map((name) => `| ${name} | high |`).join('\n')}`]
      : []),
    ...(/\bsources?\b/i.test(said) ? [`### Sources\n\n${names.map((name) => `- ${name}`).join('\n')}`] : []),
  ];
}

/** Returns the task's expected output, or the criteria of its check. */
function expectedIn(brief: string): string {
  return brief
    .split(/^## (?:Expected output|Criteria)$/m)
    .slice(1)
    .join('\n');
}
