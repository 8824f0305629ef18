/**
 * The pattern of a path with `/`: `*` and `?` stay inside one part of it, `**` as a whole part stands for any number of
 * parts. Everything else is itself.
 */
export function globPattern(glob: string): RegExp {
  const parts = glob.split('/');
  const source = parts.map((part, at) => partPattern(part, at === parts.length - 1)).join('');
  return new RegExp(`^${source}$`, 'u');
}

function partPattern(part: string, last: boolean): string {
  if (part === '**') return last ? '.+' : '(?:[^/]+/)*';
  const inside = [...part].map((char) => (char === '*' ? '[^/]*' : char === '?' ? '[^/]' : escaped(char))).join('');
  return last ? inside : `${inside}/`;
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}
