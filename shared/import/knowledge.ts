import { excerpt, type Notes } from './report.ts';
import { Code, isSourceObject, type SourceObject, type SourceValue } from './source.ts';

/** The folder of a project in which CrewAI looks for the files of its knowledge sources. */
const FOLDER = 'knowledge';

/**
 * Translates knowledge sources to entries of `knowledge`: those that name files. The files must be copied next to the crew
 * file. @param agent the name of the agent that knows them; null for the whole crew
 */
export function translateKnowledge(value: SourceValue, agent: string | null, notes: Notes): SourceObject[] {
  const sources = Array.isArray(value) ? value : [value];
  return sources.flatMap((source, index) => {
    const at = notes.below(index);
    const paths = pathsOf(source);
    if (paths === null) {
      const why = 'Knowledge consists of files. Texts cannot be imported.';
      at.leftOut(excerpt(source), { why, instead: 'Save the text to a file and add it to "knowledge".' });
      return [];
    }
    return paths.map((path) => {
      const below = path.startsWith(`${FOLDER}/`) ? path : `${FOLDER}/${path}`;
      at.taken(`${path} → knowledge ${below}. Copy it to the folder of the crew file`);
      return { path: below, ...(agent === null ? {} : { agents: [agent] }) };
    });
  });
}

/** The files of a source, relative to the folder `knowledge`; null if it names none. */
function pathsOf(source: SourceValue): string[] | null {
  if (typeof source === 'string') return [source];
  const settings = source instanceof Code ? source.call?.named : isSourceObject(source) ? source : undefined;
  const named = settings?.['file_paths'] ?? settings?.['file_path'] ?? settings?.['path'];
  const list = Array.isArray(named) ? named : [named];
  const paths = list.flatMap((path) => (typeof path === 'string' && path !== '' ? [path] : []));
  return paths.length === list.length && paths.length > 0 ? paths.map((path) => path.replace(/^\.\//, '')) : null;
}
