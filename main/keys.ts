import { safeStorage } from 'electron';
import { z } from 'zod';
import { readJsonFileSync } from '../app/base/json-file.ts';
import { replaceFileSync } from '../app/base/replace-file-sync.ts';
import { writeFailure } from '../app/base/system-error.ts';

/** Encrypted keys by provider and origin, as base64. */
const storeSchema = z.record(z.string(), z.string()).catch({});

/**
 * The keys that a person has given, each with the origin that it was given for and sent to no other. Where the system has
 * a key store they are kept, encrypted by it; where it has none they live until the application ends (`where` says which).
 */
export class KeyStore {
  readonly #path: string;
  readonly #memory = new Map<string, string>();
  #kept: Record<string, string>;

  constructor(path: string) {
    this.#path = path;
    this.#kept = storeSchema.parse(readJson(path));
  }

  /** Linux without a secret service encrypts with a password that is no secret: as good as plain text, so not used. */
  where(): 'system' | 'memory' {
    if (!safeStorage.isEncryptionAvailable()) return 'memory';
    return process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text'
      ? 'memory'
      : 'system';
  }

  get(provider: string, origin: string): string | null {
    const name = entry(provider, origin);
    const inMemory = this.#memory.get(name);
    if (inMemory !== undefined) return inMemory;
    const kept = this.#kept[name];
    if (kept === undefined || this.where() === 'memory') return null;
    try {
      return safeStorage.decryptString(Buffer.from(kept, 'base64'));
    } catch {
      return null; // the key store was changed or reset: the key has to be given again
    }
  }

  /** Stores a key. @returns why it is kept only until the application ends, for a person, or null */
  set(provider: string, origin: string, key: string): string | null {
    const name = entry(provider, origin);
    if (this.where() === 'system') {
      const failure = this.#write({ ...this.#kept, [name]: safeStorage.encryptString(key).toString('base64') });
      if (failure === null) return null;
      this.#memory.set(name, key);
      return `The key is used until the application ends. ${failure}`;
    }
    this.#memory.set(name, key);
    return null;
  }

  /** Removes a key. @returns why it could not be removed, for a person, or null */
  remove(provider: string, origin: string): string | null {
    const name = entry(provider, origin);
    this.#memory.delete(name);
    if (!Object.hasOwn(this.#kept, name)) return null;
    const { [name]: _removed, ...rest } = this.#kept;
    return this.#write(rest);
  }

  #write(kept: Record<string, string>): string | null {
    try {
      replaceFileSync(this.#path, JSON.stringify(kept));
      this.#kept = kept;
      return null;
    } catch (error) {
      return `The keys could not be stored in ${this.#path}: ${writeFailure(error)}.`;
    }
  }
}

function entry(provider: string, origin: string): string {
  return `${provider} ${origin}`;
}

function readJson(path: string): unknown {
  const read = readJsonFileSync(path);
  return read.ok ? read.value : {};
}
