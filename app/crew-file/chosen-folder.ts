import { parse, relative, resolve, sep } from 'node:path';
import { isRepositoryMetadata, plainName } from '../../shared/crew/plain-name.ts';
import { isBelow } from '../base/contained-path.ts';

/** Folders of the system in which no folder can be a workspace. Compared ignoring case. */
const SYSTEM = [
  ...'/bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /proc /sbin /sys /usr /var/spool /var/log'.split(' '),
  ...'/System /Library /Applications /private/etc /private/var/db /private/var/log /private/var/spool'.split(' '),
];

/** Folders of the system whose subfolders can be workspaces. */
const SHARED = [
  ...'/home /Users /root /run /tmp /var /var/tmp /opt /srv /mnt /media /Volumes'.split(' '),
  ...'/private /private/var /private/tmp /private/var/tmp'.split(' '),
];

/** A part of /dev in which programs store files. */
const MEMORY = '/dev/shm';

const SYSTEM_VARIABLES = ['SystemRoot', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramData'];

/**
 * Returns why a person cannot choose a folder as a workspace, as the end of "PATH is …", or null if it is possible.
 * @param path the folder's real path, or the path where it would be created
 * @param home the real path of the person's home folder
 */
export function chosenFolderProblem(path: string, home: string): string | null {
  const fixed = fixedFolderProblem(path, home);
  if (fixed !== null) return fixed;
  const isHidden = namesOf(path).some((name) => plainName(name).startsWith('.'));
  return isHidden ? 'a folder whose name begins with a dot, or inside one' : null;
}

/** Like `chosenFolderProblem`, for folders that no person chose now: they can be inside a hidden folder. */
export function fixedFolderProblem(path: string, home: string): string | null {
  if (path === parse(path).root) return 'the root of a file system';
  if (isSame(path, home)) return 'the home folder';
  if (isBelowFolded(path, home)) return 'a folder that contains the home folder';
  if (namesOf(path).some(isRepositoryMetadata)) return 'the metadata of a repository';
  return isOfSystem(path) ? 'a folder of the system' : null;
}

function isOfSystem(path: string): boolean {
  if (isBelowFolded(MEMORY, path)) return false;
  const windows = process.platform === 'win32' ? SYSTEM_VARIABLES.flatMap((name) => process.env[name] ?? []) : [];
  return (
    SHARED.some((folder) => isSame(folder, path)) ||
    [...SYSTEM, ...windows].some((folder) => isSame(folder, path) || isBelowFolded(folder, path))
  );
}

function namesOf(path: string): string[] {
  return relative(parse(path).root, path).split(sep);
}

function isSame(folder: string, path: string): boolean {
  return folded(resolve(folder)) === folded(path);
}

function isBelowFolded(folder: string, path: string): boolean {
  return isBelow(folded(resolve(folder)), folded(path));
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
