import { safeStorage } from 'electron';
import { z } from 'zod';
import { readJsonFileSync } from '../app/base/json-file.ts';
import { replaceFileSync } from '../app/base/replace-file-sync.ts';

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

  set(provider: string, origin: string, key: string): void {
    if (this.where() === 'memory') this.#memory.set(entry(provider, origin), key);
    else this.#write({ ...this.#kept, [entry(provider, origin)]: safeStorage.encryptString(key).toString('base64') });
  }

  remove(provider: string, origin: string): void {
    this.#memory.delete(entry(provider, origin));
    const { [entry(provider, origin)]: _removed, ...rest } = this.#kept;
    this.#write(rest);
  }

  #write(kept: Record<string, string>): void {
    this.#kept = kept;
    replaceFileSync(this.#path, JSON.stringify(kept));
  }
}

function entry(provider: string, origin: string): string {
  return `${provider} ${origin}`;
}

function readJson(path: string): unknown {
  const read = readJsonFileSync(path);
  return read.ok ? read.value : {};
}
