/** A text that was typed but not committed, with the value that it would replace. */
interface Draft {
  base: string;
  text: string;
}

/** Separates the parts of a draft's key; no name contains it. */
const SEPARATOR = '\n';

/** The key of a draft. `document` is the number of the crew among those that were opened in the window. */
export function draftKeyOf(document: number, subject: string, label: string): string {
  return [document, subject, label].join(SEPARATOR);
}

/** The texts of fields that are typed but not committed, by `draftKeyOf`. */
export class FieldDrafts {
  readonly #drafts = new Map<string, Draft>();

  get(key: string): Draft | undefined {
    return this.#drafts.get(key);
  }

  set(key: string, draft: Draft): void {
    this.#drafts.set(key, draft);
  }

  delete(key: string): void {
    this.#drafts.delete(key);
  }

  /** Drafts of a renamed subject stay with it. */
  move(document: number, from: string, to: string): void {
    const start = draftKeyOf(document, from, '');
    for (const [key, draft] of [...this.#drafts]) {
      if (!key.startsWith(start)) continue;
      this.#drafts.delete(key);
      this.#drafts.set(draftKeyOf(document, to, key.slice(start.length)), draft);
    }
  }

  /** Deletes the drafts of other documents, and of subjects that no longer exist. */
  prune(document: number, exists: (subject: string) => boolean): void {
    for (const key of [...this.#drafts.keys()]) {
      const [of, subject = ''] = key.split(SEPARATOR);
      if (of !== String(document) || !exists(subject)) this.#drafts.delete(key);
    }
  }
}
