import { isBoundedGlob } from './bounded-glob.ts';
import type { LooseCrew } from './loose.ts';
import { splitModel } from './model-name.ts';
import { namedPathProblem } from './named-path.ts';
import type { UnlocatedProblem } from './unlocated-problem.ts';

/** Checks the paths, agents and embeddings of a crew's knowledge. Which files exist is known when a run starts. */
export function knowledgeProblems({ knowledge, settings, agents }: LooseCrew): UnlocatedProblem[] {
  const names = new Set(agents.map(({ name }) => name));
  return [
    ...knowledge.flatMap((entry, index) => [
      ...pathProblems(entry.path, index),
      ...(entry.agents ?? []).flatMap((agent, place) => unknownAgent(agent, names, index, place)),
    ]),
    ...embeddingProblems(settings.knowledge?.embeddings),
  ];
}

function pathProblems(file: string, index: number): UnlocatedProblem[] {
  const path = ['knowledge', index, 'path'];
  if (file === '') return [];
  const why = patternProblem(file);
  if (why !== null) {
    const message = `Knowledge "${file}" ${why}. Name files below the folder of the crew file.`;
    return [{ code: 'crew_folder', message, path }];
  }
  if (isBoundedGlob(file)) return [];
  const message = `Knowledge "${file}" has too many wildcards. Use at most 3 times "*", 2 times "**" and one group in braces.`;
  return [{ code: 'crew_folder', message, path }];
}

/** A pattern and a folder follow the rules of other files that a crew file names. */
function patternProblem(file: string): string | null {
  if (file.includes('\\')) return 'contains "\\". Separate folders by "/"';
  return namedPathProblem(file.replaceAll(/[*?]/g, 'x').replace(/\/$/, ''));
}

function unknownAgent(agent: string, known: ReadonlySet<string>, index: number, place: number): UnlocatedProblem[] {
  if (agent === '' || known.has(agent)) return [];
  const message = `Knowledge refers to agent "${agent}", which does not exist. Add it, or fix the name.`;
  return [{ code: 'unknown_reference', message, path: ['knowledge', index, 'agents', place] }];
}

function embeddingProblems(model: string | undefined): UnlocatedProblem[] {
  if (model === undefined || model === '' || splitModel(model, '') !== null) return [];
  const message = `settings.knowledge.embeddings is "${model}", which names no provider. Write provider/model, such as openai/text-embedding-3-small.`;
  return [{ code: 'unknown_provider', message, path: ['settings', 'knowledge', 'embeddings'] }];
}
