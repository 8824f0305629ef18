/** Returns a command as a person types it. Arguments that a shell would split or interpret are quoted. */
export function commandText(...words: readonly string[]): string {
  return ['crewlane', ...words.map(quoted)].join(' ');
}

/** Returns an argument as a person types it, quoted if a shell would split or interpret it. */
export function quoted(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
