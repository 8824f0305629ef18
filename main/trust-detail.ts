import { visibleLine } from '../shared/printable.ts';
import type { Permission } from '../shared/trust/permission.ts';

/** The subject of a question about trust. */
export interface TrustQuestion {
  /** The crew's name. */
  crew: string;
  /** The folder of the crew's file, which can be trusted as a whole; null for a crew without a file. */
  folder: string | null;
  /** Whether the crew comes from elsewhere; else it is own or trusted, and asks for something new. */
  isForeign: boolean;
  /** What a run would do. */
  permissions: readonly Permission[];
}

type Kind = Permission['capability']['kind'];

/** The order of capabilities, the most powerful first, because a long list is truncated. */
const ORDER: Record<Kind, number> = {
  mcp_command: 0,
  script: 0,
  send_key: 1,
  mail: 1,
  workspace: 2,
  database: 3,
  tool: 3,
  mcp_url: 4,
  http: 5,
  call: 6,
  knowledge: 7,
  prepare: 8,
};

/** Dialogs of the system do not scroll: with more text, their buttons would be outside the screen. */
const MAX_CHARACTERS = 2400;
const MAX_LINES = 12;

/** The text of a question about trust. It never hides that there is more than it shows. */
export function trustDetail({ folder, isForeign, permissions }: TrustQuestion): string {
  const sentences = permissions
    .toSorted((one, other) => ORDER[one.capability.kind] - ORDER[other.capability.kind])
    .map(({ sentence }) => sentence);
  return [
    isForeign ? 'This crew comes from elsewhere. A run of it:' : 'A run of it:',
    listOf(sentences),
    'The cost is not known before a run. To limit it, set a budget in the inspector.',
    ...(isForeign && folder !== null
      ? [`The folder is ${visibleLine(folder)}. Trusting it means trusting every crew in it.`]
      : []),
  ].join('\n\n');
}

function listOf(sentences: readonly string[]): string {
  const lines: string[] = [];
  let characters = 0;
  for (const sentence of sentences.slice(0, MAX_LINES)) {
    characters += sentence.length;
    if (characters > MAX_CHARACTERS) break;
    lines.push(`• ${sentence}`);
  }
  const left = sentences.length - lines.length;
  if (left > 0)
    lines.push(`• And ${left} more, not shown here. "crewlane run FILE" lists all of them and starts nothing.`);
  return lines.join('\n');
}
