import type { Conversation } from './conversation.ts';

/** What a result is looked at for: words that ask for it, how it shows, and what is said where it is missing. */
const WISHES = [
  { asked: /\btables?\b/i, shown: /^\|.*\|$/m, remark: 'A table was expected, and there is none. Add one.' },
  {
    asked: /\bsources?\b/i,
    shown: /^### Sources$/m,
    remark: 'Nobody can tell where this comes from. Name the sources.',
  },
] as const;

/** What the agent finds of a result that it judges, as JSON; null where it was asked for something else. */
export function readVerdict({ prompt }: Conversation): string | null {
  if (!/^# (Review|Check)$/m.test(prompt.split('\n')[0] ?? '')) return null;
  const [brief = '', result = ''] = prompt.split(/^## Result of .+$/m);
  const missing = WISHES.find(({ asked, shown }) => asked.test(expectedIn(brief)) && !shown.test(result));
  return JSON.stringify(missing ? { approved: false, remark: missing.remark } : { approved: true });
}

/** What an answer says to the remarks that its agent was given, made up as the rest of it is. */
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

/** The task's expected output, or the criteria that it is checked by. */
function expectedIn(brief: string): string {
  return brief
    .split(/^## (?:Expected output|Criteria)$/m)
    .slice(1)
    .join('\n');
}
