import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CACHE } from './root.mjs';

const POLL_MS = 100;

/**
 * Runs `work` while no other command of this checkout runs work of the same name. Ignores the lock of a dead process.
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

/**
 * Removes the lock of a dead process. Of several processes that find it dead, only one removes it, after checking
 * again, so that nobody removes the lock of a successor. @param {string} file
 */
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

/**
 * @param {string} file @returns {number | null} null if the owner has not written its process id yet, or has just
 * released the lock
 */
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
