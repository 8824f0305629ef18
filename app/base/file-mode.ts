/**
 * Permissions of a file that is written: `private`: only the owner has access, regardless of the umask. `default`: the
 * umask applies. A number: exactly these bits.
 */
export type FileMode = 'private' | 'default' | number;

export interface ReplaceOptions {
  /** `keep` uses the permissions of the replaced file, or `default` if there is none. */
  mode?: FileMode | 'keep' | undefined;
  /** A name in the same folder that receives the content of the file that is replaced. */
  backup?: string | undefined;
  /** Called with the path of the file right before it is replaced. A rejection leaves the file unchanged. */
  check?: ((path: string) => Promise<void>) | undefined;
}

/** Permissions of private files and folders. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** Returns the permission bits of a mode; null if the umask decides. */
export function bitsOf(mode: FileMode): number | null {
  switch (mode) {
    case 'private':
      return PRIVATE_FILE;
    case 'default':
      return null;
    default:
      return mode;
  }
}
