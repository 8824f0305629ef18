import { commandText } from '../command-text.ts';
import type { Crew } from '../crew/schema.ts';
import { visibleLine } from '../printable.ts';
import type { Choices, Grants } from './choices.ts';
import type { Capability, Decision, Origin, Permission } from './permission.ts';
import { unique, type Wanted } from './wanted.ts';
import { modelCalls } from './wanted-models.ts';
import { databases, httpTools, mail, mcpServers, outsideTools, scripts, searchAddress } from './wanted-tools.ts';
import { workspaceUse } from './wanted-workspace.ts';

/**
 * Decides what a run of `crew` may do: one permission for each capability of the table in docs/decisions/trust.md, in
 * the order of that table. The window, the command line, batches, resume and rerun all use this function. A run may
 * start only if `missingPermissions` of the result is empty.
 */
export function permissionsOf(crew: Crew, origin: Origin, choices: Choices): Permission[] {
  const wanted = [
    ...(choices.rehearsal ? [] : modelCalls(choices)),
    ...workspaceUse(choices),
    ...(choices.rehearsal
      ? []
      : [
          ...outsideTools(crew),
          ...searchAddress(crew),
          ...httpTools(crew),
          ...databases(crew),
          ...mail(crew),
          ...mcpServers(crew),
          ...scripts(crew, choices),
        ]),
    ...prepare(crew),
    ...(choices.rehearsal ? [] : knowledge(crew)),
  ];
  return wanted.map((each) => {
    const decision = decide(each, origin, choices.grants);
    const { capability, path, grant } = each;
    const sentence = shown(each.sentence);
    return { capability, decision, sentence, path, grant, command: commandFor(capability, decision, choices) };
  });
}

function decide({ free, grant }: Wanted, origin: Origin, grants: Grants): Decision {
  if (free) return 'allowed';
  if (origin === 'foreign') return 'needs_trust';
  return grant === null || grants.has(grant) ? 'allowed' : 'needs_grant';
}

function prepare({ settings }: Crew): Wanted[] {
  if (settings.prepare === undefined) return [];
  const sentence = `Runs the generator "${settings.prepare}" in the workspace.`;
  const capability: Capability = { kind: 'prepare', generator: settings.prepare };
  return [{ capability, sentence, path: 'settings.prepare', grant: null, free: true }];
}

function knowledge(crew: Crew): Wanted[] {
  return unique(
    crew.knowledge.map(({ path }, index) => ({
      capability: { kind: 'knowledge', path },
      sentence: `Sends passages of the files ${path}, next to the crew file, to its models.`,
      path: `knowledge[${index}].path`,
      grant: null,
      free: false,
    })),
  );
}

function commandFor(capability: Capability, decision: Decision, { file, workspace }: Choices): string | null {
  if (decision === 'allowed') return null;
  if (decision === 'needs_grant' && capability.kind === 'workspace')
    return commandText('trust', '--workspace', workspace.path);
  return file === null ? null : commandText('trust', file);
}

const LONGEST_SENTENCE = 400;

/** Makes text from a file printable: it can neither end its line nor reorder or hide adjacent text. */
function shown(sentence: string): string {
  const characters = [...visibleLine(sentence)];
  if (characters.length <= LONGEST_SENTENCE) return characters.join('');
  const note = (left: number) => ` … (${left} more characters, not shown)`;
  const length = LONGEST_SENTENCE - note(characters.length).length;
  return characters.slice(0, length).join('') + note(characters.length - length);
}
