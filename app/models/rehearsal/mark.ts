/** Stands at the head of every text that a rehearsal makes up. */
export const MARK = '> Rehearsal: this text is made up. Only the figures in it are real; they come from the tools.';
