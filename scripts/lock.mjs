import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CACHE } from './root.mjs';

const POLL_MS = 100;

/**
 * Does `work` while no other command of this checkout does work of the same name. The lock of a dead process is
 * ignored.
 * @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function withLock(name, work) {
  mkdirSync(CACHE, { recursive: true });
  const file = join(CACHE, `${name}.lock`);
  while (!tryCreate(file)) {
    if (!isAlive(ownerOf(file))) removeDeadLock(file);
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Removes a dead holder's lock. Of many who see that it is dead one looks again, so that nobody removes its successor's. @param {string} file */
function removeDeadLock(file) {
  const claim = `${file}.claim`;
  if (!tryCreate(claim)) return;
  if (!isAlive(ownerOf(file))) rmSync(file, { force: true });
  rmSync(claim);
}

/** @param {string} file */
function tryCreate(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @returns {number | null} null while the holder has not yet written its name, or has just gone */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch {
    return null;
  }
}

/** @param {number | null} pid */
function isAlive(pid) {
  if (pid === null) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
