/** The first line of every rehearsed text. */
export const MARK = '> Rehearsal: this text is rehearsed. Only its figures are real: they come from the tools.';
