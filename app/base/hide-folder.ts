/**
 * Removes a folder of this machine from a message: paths in it become relative to it, and the folder itself becomes `.`.
 * Messages of the operating system contain whole paths, and what a slot sends must not.
 */
export function hideFolder(text: string, folder: string): string {
  if (folder === '' || !text.includes(folder)) return text;
  const escaped = folder.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text.replace(new RegExp(`${escaped}[\\\\/]`, 'g'), '').replace(new RegExp(`${escaped}(?![\\w.-])`, 'g'), '.');
}

/** An absolute path, but no address: its last part is captured. */
const ABSOLUTE_PATH = /(?<![\w:/.])(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])(?:[^\s'"():]*[\\/])?([^\s'"():\\/]+)/g;

/** Shortens every absolute path of a text to its last part: `at file:///opt/app/slot.js:3` becomes `at slot.js:3`. */
export function withoutFolders(text: string): string {
  return text.replace(ABSOLUTE_PATH, '$1');
}
