import { basename, dirname } from 'node:path';

export interface TitledDocument {
  path: string | null;
  /** The crew's name, for a crew that has no file yet. */
  crew: string;
  edited: boolean;
}

/**
 * The title of each window, in the order given: the file's name, or the crew's name before the first save, with a dot
 * in front of unsaved changes. Windows with the same name also show their folder or a number.
 */
export function windowTitles(documents: readonly TitledDocument[]): string[] {
  return documents.map((document, index) => {
    const same = documents.filter((other) => nameOf(other) === nameOf(document));
    const detail = same.length < 2 ? '' : detailOf(document, same, documents.slice(0, index));
    return `${document.edited ? '• ' : ''}${nameOf(document)}${detail} — Crewlane`;
  });
}

function nameOf({ path, crew }: TitledDocument): string {
  return path === null ? crew : basename(path);
}

/**
 * Returns what distinguishes a document from others with the same name. `earlier`: the documents before it, of any
 * name.
 */
function detailOf(
  document: TitledDocument,
  same: readonly TitledDocument[],
  earlier: readonly TitledDocument[],
): string {
  const { path } = document;
  if (path === null) {
    const number = earlier.filter((other) => other.path === null && nameOf(other) === nameOf(document)).length + 1;
    return number === 1 ? '' : ` (${number})`;
  }
  const folder = basename(dirname(path));
  const isUnique = same.filter((other) => other.path !== null && basename(dirname(other.path)) === folder).length === 1;
  return ` — ${isUnique ? folder : dirname(path)}`;
}
