import picomatch from 'picomatch/posix.js';

/**
 * A test for paths with `/`. In the pattern, `*` and `?` stay inside one name, `**` as a whole name stands for any number
 * of folders, `{a,b}` is one of several texts, and `[ab]` is one of several characters. Names that begin with a dot match
 * like others. Parentheses match themselves. An invalid or overlong pattern matches nothing.
 */
export function pathMatcher(glob: string): (path: string) => boolean {
  try {
    const matches = picomatch(glob.replaceAll(/[()]/g, '\\$&'), { dot: true, noextglob: true, nonegate: true });
    return (path) => matches(path);
  } catch {
    return () => false;
  }
}
