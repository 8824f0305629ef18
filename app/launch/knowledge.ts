import { dirname } from 'node:path';
import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { KnowledgeSource, ServerReport } from '../base/main-tools.ts';
import { KnowledgeFiles } from '../knowledge/knowledge-files.ts';
import { KnowledgeSearch } from '../knowledge/knowledge-search.ts';
import type { Embedder } from '../knowledge/meaning-index.ts';
import { StoredFiles } from '../knowledge/stored-files.ts';
import { partsOfFile } from '../tools/file-text.ts';

/** The knowledge of a run. */
export interface RunKnowledge {
  files: KnowledgeFiles;
  /** Opens the search of one run. Nothing is read before the first search. */
  open(report: ServerReport): KnowledgeSource;
}

/**
 * Returns the knowledge of a crew; null if it has none, or was never saved.
 * @param folder the folder in which indexes are stored @param embedder null: passages are found by their words only
 */
export function runKnowledge(
  crew: Crew,
  file: string | null,
  folder: string,
  embedder: Embedder | null,
): RunKnowledge | null {
  if (crew.knowledge.length === 0 || file === null) return null;
  const files = new KnowledgeFiles(dirname(file), crew);
  const stored = new StoredFiles(folder);
  return { files, open: (report) => new KnowledgeSearch({ files, read: partsOfFile, stored, embedder }, report) };
}

/** Reports entries of `knowledge` that name no file, before a run costs anything. */
export async function checkKnowledge(crew: Crew, file: string | null): Promise<Problem[]> {
  if (crew.knowledge.length === 0) return [];
  const problem = (message: string, path: string): Problem => ({
    code: 'knowledge',
    message,
    path,
    line: 0,
    column: 0,
  });
  if (file === null)
    return [problem('The knowledge of the crew is in files next to the crew file. Save the crew first.', 'knowledge')];
  const found = await new KnowledgeFiles(dirname(file), crew).paths();
  return crew.knowledge.flatMap(({ path }, index) => {
    if (found.some(({ entries }) => entries.includes(index))) return [];
    const message = `Knowledge "${path}" matches no file below the folder of the crew file. Correct the path, or remove it.`;
    return [problem(message, `knowledge[${index}].path`)];
  });
}
