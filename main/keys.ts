import { safeStorage } from 'electron';
import { z } from 'zod';
import { readJsonFileSync } from '../app/base/json-file.ts';
import { replaceFileSync } from '../app/base/replace-file-sync.ts';
import { writeFailure } from '../app/base/system-error.ts';

/** Encrypted keys by provider and origin, as base64. */
const storeSchema = z.record(z.string(), z.string()).catch({});

/**
 * Stores the keys of the user. Each key belongs to one origin and is sent to no other. If the system has a key store,
 * it encrypts the keys and they are saved; otherwise they stay in memory until the application quits. `where` returns
 * which applies.
 */
export class KeyStore {
  readonly #path: string;
  readonly #memory = new Map<string, string>();
  #encrypted: Record<string, string>;

  constructor(path: string) {
    this.#path = path;
    this.#encrypted = storeSchema.parse(readJson(path));
  }

  /**
   * Without a secret service, Linux encrypts with a public password, which is as insecure as plain text, so it is not
   * used.
   */
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
    const encrypted = this.#encrypted[name];
    if (encrypted === undefined || this.where() === 'memory') return null;
    try {
      return safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
    } catch {
      return null; // The key store was changed or reset: the key must be entered again.
    }
  }

  /** Stores a key. @returns why it is stored only until the application quits, for a person, or null */
  set(provider: string, origin: string, key: string): string | null {
    const name = entry(provider, origin);
    if (this.where() === 'system') {
      const failure = this.#write({ ...this.#encrypted, [name]: safeStorage.encryptString(key).toString('base64') });
      if (failure === null) return null;
      this.#memory.set(name, key);
      return `The key is stored until you quit. ${failure}`;
    }
    this.#memory.set(name, key);
    return null;
  }

  /** Removes a key. @returns why it could not be removed, for a person, or null */
  remove(provider: string, origin: string): string | null {
    const name = entry(provider, origin);
    this.#memory.delete(name);
    if (!Object.hasOwn(this.#encrypted, name)) return null;
    const { [name]: _removed, ...rest } = this.#encrypted;
    return this.#write(rest);
  }

  #write(encrypted: Record<string, string>): string | null {
    try {
      replaceFileSync(this.#path, JSON.stringify(encrypted));
      this.#encrypted = encrypted;
      return null;
    } catch (error) {
      return `Could not store the keys in ${this.#path}: ${writeFailure(error)}.`;
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
