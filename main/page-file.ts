import { join, normalize } from 'node:path';
import { isBelow } from '../app/base/contained-path.ts';

/** Returns the file that a URL of the scheme names, or null if it is not inside `folder`. */
export function pageFileOf(folder: string, url: string): string | null {
  const { host, pathname } = new URL(url);
  if (host !== 'app') return null;
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const path = normalize(join(folder, name));
  return isBelow(folder, path) ? path : null;
}
