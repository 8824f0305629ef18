/** The code of a system error, such as `ENOENT`; undefined for any other value. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether an error comes from the operating system, such as a full disk. Any other error is a bug. */
export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** The message of any thrown value, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a file or folder could not be written, as the end of a sentence: "the disk is full". */
export function writeFailure(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'this user may not write there';
    case 'ENOENT':
      return 'its folder does not exist';
    case 'ENOTDIR':
      return 'a part of its path is a file';
    case 'EISDIR':
    case 'ENOTEMPTY':
      return error instanceof NamedSystemError ? `${error.path} is a folder. Rename or remove it` : 'it is a folder';
    default:
      return messageOf(error);
  }
}

/** File systems that have no permissions, or cannot flush a folder, answer with one of these codes. */
const UNSUPPORTED: ReadonlySet<unknown> = new Set(['EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM']);

/** Whether an error says that the file system does not have an operation, rather than that the operation failed. */
export function isUnsupported(error: unknown): boolean {
  return UNSUPPORTED.has(codeOf(error));
}

/** The error of a path that must not be a link. */
export function linkError(path: string): Error {
  return Object.assign(new Error(`${path} is a link, and files are not written through links`), {
    code: 'ELOOP',
    syscall: 'open',
  });
}

/** A system error that names the path that the caller knows instead of the path of the call. */
class NamedSystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path: string;

  constructor(error: Error & { syscall: unknown }, path: string) {
    const code = codeOf(error) ?? 'UNKNOWN';
    const reason = /^\w+: (?<reason>[^,]+)/.exec(error.message)?.groups?.['reason'] ?? error.message;
    super(`${code}: ${reason}, ${error.syscall} '${path}'`, { cause: error });
    this.code = code;
    this.syscall = String(error.syscall);
    this.path = path;
  }
}

/**
 * Returns a copy of a system error that names `path`. An error that names a path already keeps it, because the inner
 * operation knows best which file failed. Any other value is returned unchanged.
 */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof NamedSystemError || !(error instanceof Error) || !('syscall' in error)) return error;
  return new NamedSystemError(error, path);
}
