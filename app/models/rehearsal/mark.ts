/** The first line of every rehearsed text. */
export const MARK = '> Rehearsal: this text is made up. Only the figures in it are real; they come from the tools.';
